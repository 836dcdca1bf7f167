"""Programs that the documentation shows."""

import re

from compose.local.settings import ROOT

BLOCK = re.compile(r"^```\w+\n(.*?)^```$", re.DOTALL | re.MULTILINE)


def blocks(page: str) -> list[str]:
    """What stands between fences on a page."""
    return BLOCK.findall((ROOT / page).read_text("utf-8"))


def frame_reader() -> str:
    """The function in JavaScript of docs/api.md."""
    page = "\n".join(blocks("docs/api.md"))
    found = re.search(r"^function frameReader.*?^}$", page, re.DOTALL | re.MULTILINE)
    assert found
    return found[0]
