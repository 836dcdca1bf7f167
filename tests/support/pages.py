"""Pages of the documentation, and the programs that they show."""

import re
from collections.abc import Iterator

from compose.local.settings import ROOT

BLOCK = re.compile(r"^```\w*\n(.*?)^```$", re.DOTALL | re.MULTILINE)
HEADING = re.compile(r"^#+ (.+)$", re.MULTILINE)
LINK = re.compile(r"\]\((?!https?:)([^)#\s]*)(?:#([^)\s]+))?\)")

PAGES = sorted(path.relative_to(ROOT).as_posix() for path in [*ROOT.glob("*.md"), *ROOT.glob("docs/*.md")])


def blocks(page: str) -> list[str]:
    """What stands between fences on a page."""
    return BLOCK.findall((ROOT / page).read_text("utf-8"))


def prose(page: str) -> str:
    """A page without its blocks."""
    return BLOCK.sub("", (ROOT / page).read_text("utf-8"))


def anchors(page: str) -> set[str]:
    """What GitHub calls the headings of a page, of which no two are the same."""
    return {re.sub(r"[^\w -]", "", heading.lower()).replace(" ", "-") for heading in HEADING.findall(prose(page))}


def links(page: str) -> Iterator[tuple[str, str]]:
    """Pages in this repository that a page links to, and anchors on them; without an anchor it is empty."""
    for path, anchor in LINK.findall(prose(page)):
        target = (ROOT / page).parent / path if path else ROOT / page
        yield target.resolve().relative_to(ROOT).as_posix(), anchor


def frame_reader() -> str:
    """The function in JavaScript of docs/api.md."""
    page = "\n".join(blocks("docs/api.md"))
    found = re.search(r"^function frameReader.*?^}$", page, re.DOTALL | re.MULTILINE)
    assert found
    return found[0]
