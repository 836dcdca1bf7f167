"""What stands in brackets."""

import re

from api.script.edits import Edit

CLOSERS = {"(": ")", "（": "）", "[": "]", "［": "］", "【": "】", "〔": "〕", "{": "}", "｛": "｝"}
BRACKET = re.compile(f"[{re.escape(''.join([*CLOSERS, *CLOSERS.values()]))}\n]")

NUMBERS = r"\d{1,3}(?:[,，、–-] ?\d{1,3})*"
CITATION = re.compile(
    rf"(?<=\S)(?:\[(?:{NUMBERS}|\^[\w-]{{1,20}})\]|【\d{{1,3}}(?::\d{{1,3}})?†[^】\n]{{0,40}}】)+"
    r"(?=[\s。，；！？：、.,;:!?)）」』”\"'’]|$)"
)
"""`[1]`, `[2,3]`, `[^1]`, `【4:0†source】` behind a word and before a mark: else they may count, as in `[1]苹果`."""


def citations(text: str) -> list[Edit]:
    """The numbers of sources and footnotes are not spoken."""
    return [Edit(*match.span(), "") for match in CITATION.finditer(text)]


def edits(text: str) -> list[Edit]:
    """Whatever stands in brackets is not spoken, such as （笑）; they pair within a line."""
    opened, pairs = list[tuple[str, int]](), list[tuple[int, int]]()
    for match in BRACKET.finditer(text):
        bracket = match[0]
        if bracket == "\n":
            opened.clear()
        elif bracket in CLOSERS:
            opened.append((CLOSERS[bracket], match.start()))
        elif opened and opened[-1][0] == bracket:
            pairs.append((opened.pop()[1], match.end()))
    return [Edit(*pair, "") for pair in _outermost(pairs)]


def _outermost(pairs: list[tuple[int, int]]) -> list[tuple[int, int]]:
    """Of pairs in the order of their ends, those that are in no other."""
    outer: list[tuple[int, int]] = []
    for start, end in pairs:
        while outer and outer[-1][0] > start:
            outer.pop()
        outer.append((start, end))
    return outer
