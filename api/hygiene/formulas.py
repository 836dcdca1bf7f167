"""Formulas in LaTeX, where they stand in a text."""

import re
from collections.abc import Iterator

from api.hygiene.latex import read
from api.script.edits import Edit

CLOSERS = {"$": "$", "$$": "$$", r"\(": r"\)", r"\[": r"\]"}
ENVIRONMENT = r"(?:equation|align|aligned|gather|cases|[bpvBV]?matrix|array)\*?"
DELIMITER = re.compile(rf"\\\\|\\[$()\[\]]|\$\$?|\\begin\{{{ENVIRONMENT}\}}|\\end\{{{ENVIRONMENT}\}}|\n[^\S\n]*\n")

CHINESE = re.compile("[\u3400-\u9fff，。、；：！？]")
MATHEMATICAL = re.compile(r"[\\^_=]")
PROSE = re.compile(r"[A-Za-z]{4}|[A-Za-z]{2} +[A-Za-z]{2}")


def edits(text: str) -> list[Edit]:
    """Each formula is spoken in Chinese words."""
    return [Edit(start, end, read(inner)) for start, end, inner in _formulas(text)]


def _formulas(text: str) -> Iterator[tuple[int, int, str]]:
    """Where each begins and ends with its delimiters, and what stands between them.

    Delimiters do not pair across an empty line.
    """
    opened: re.Match[str] | None = None
    for mark in DELIMITER.finditer(text):
        if opened and _closer(opened[0]) == mark[0] and _is_formula(text, opened, mark):
            environment = opened[0].startswith(r"\begin")
            inner = text[opened.start() : mark.end()] if environment else text[opened.end() : mark.start()]
            yield opened.start(), mark.end(), inner
            opened = None
        elif mark[0].isspace():
            opened = None
        elif (opened is None or opened[0] == mark[0] == "$") and _closer(mark[0]):
            opened = mark


def _closer(opener: str) -> str | None:
    if opener.startswith(r"\begin"):
        return opener.replace("begin", "end")
    return CLOSERS.get(opener)


def _is_formula(text: str, opened: re.Match[str], closed: re.Match[str]) -> bool:
    """Whether it is one, and no money or prose: a dollar touches its formula, and no word on its other side."""
    inner = text[opened.end() : closed.start()]
    if not inner.strip():
        return False
    if opened[0] == "$" and not _touching(text, opened, closed):
        return False
    return bool(MATHEMATICAL.search(inner)) or not (CHINESE.search(inner) or PROSE.search(inner))


def _touching(text: str, opened: re.Match[str], closed: re.Match[str]) -> bool:
    inside = text[opened.end()] + text[closed.start() - 1]
    outside = text[opened.start() - 1 : opened.start()] + text[closed.end() : closed.end() + 1]
    return not any(map(str.isspace, inside)) and not any(one.isascii() and one.isalnum() for one in outside)
