"""E-mail addresses."""

import re

from api.hygiene.latin import dotted
from api.script.edits import Edit

EMAIL = re.compile(
    r"(?<![\w.%+-])(?:mailto:)?(?P<user>[\w.%+-]{1,64})@(?P<host>[a-z\d-]{1,63}(?:\.[a-z\d-]{1,63})+)",
    re.ASCII | re.IGNORECASE,
)
SIGNS = str.maketrans({"_": "下划线", "-": "杠", "+": "加", "%": "百分号"})


def edits(text: str, *, read: bool) -> list[Edit]:
    """An address such as `a.b@c.com` is spoken as `a点b艾特c点com`, or not at all."""
    return [Edit(*match.span(), _read(match) if read else "") for match in EMAIL.finditer(text)]


def _read(match: re.Match[str]) -> str:
    return f"{dotted(match['user'])}艾特{dotted(match['host'])}".translate(SIGNS)
