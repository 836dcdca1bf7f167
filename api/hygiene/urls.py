"""Addresses of web pages: the host says enough to a listener."""

import re

from api.hygiene.latin import dotted
from api.script.edits import Edit

PART = r"[\w!#$%&'*+,./:;=?@~\[\]-]"
REST = rf"(?:{PART}|\({PART}*\))*(?<![.,;:!?'*~\]])"
TOP_LEVEL = "com|cn|net|org|gov|edu|io|ai|app|dev|me|top|xyz|cc|tv|info"
URL = re.compile(
    rf"(?<![a-z\d])(?:(?:https?|ftp)://|(?=www\.))(?:[\w.~%!$&+:-]+@)?(?P<host>[a-z\d.-]*[a-z\d])?(?:{REST})?"
    rf"|(?<![\w@.-])(?P<bare>(?:[a-z\d-]+\.)+(?:{TOP_LEVEL}))/(?:{REST})?",
    re.ASCII | re.IGNORECASE,
)
"""With a scheme, with `www.`, or a host with a path; it ends before what is not ASCII."""


def edits(text: str, *, host: bool) -> list[Edit]:
    """An address is spoken as its host, `www.example.com` as `example点com`, or not at all."""
    return [Edit(*match.span(), _host(match) if host else "") for match in URL.finditer(text)]


def _host(match: re.Match[str]) -> str:
    name = match["host"] or match["bare"] or ""
    return dotted(name.lower().removeprefix("www."))
