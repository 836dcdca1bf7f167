"""The user's own readings of terms: `C++ => C 加加`, `重庆 => CHONG2 QING4`."""

import re
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Self

from speech.text.marks import MARK

SEPARATOR = re.compile(r"\t|=>")
COMMENT = "#"


class GlossaryError(Exception):
    """The glossary cannot be read; the message names the file and, where there is one, the line."""


class Glossary:
    """Terms and how they are said; a reading may hold pinyin marks. Small and capital letters are the same."""

    def __init__(self, readings: Mapping[str, str]) -> None:
        self._readings = {term.lower(): reading for term, reading in readings.items()}
        longest_first = sorted(readings, key=len, reverse=True)
        # re.ASCII: letters that IGNORECASE would equate beyond A to Z could not be looked up again
        self._terms = re.compile("|".join([MARK.pattern, *map(_pattern, longest_first)]), re.IGNORECASE | re.ASCII)

    @classmethod
    def read(cls, path: Path) -> Self:
        """The glossary of a text file: on each line a term, a tab or `=>`, and its reading; # begins a comment line."""
        try:
            lines = path.read_text("utf-8-sig").splitlines()
        except (OSError, UnicodeDecodeError) as error:
            raise GlossaryError(f"{path}: 读不了术语表 (cannot read): {error}") from error
        readings: dict[str, str] = {}
        seen: set[str] = set()
        for number, term, reading in _entries(path, lines):
            if term.lower() in seen:
                raise GlossaryError(f"{path}:{number}: 术语重复 (duplicate term): {term}")
            seen.add(term.lower())
            readings[term] = reading
        return cls(readings)

    def apply(self, text: str) -> str:
        """`text` with every term replaced by its reading; of terms that overlap the first, then the longest, counts.

        A mark such as `‹行|XING2›` says more about its text than a term does, and stays.
        """
        return self._terms.sub(self._reading, text)

    def _reading(self, found: re.Match[str]) -> str:
        reading = self._readings.get(found[0].lower())
        return found[0] if reading is None else f" {reading} "


def _entries(path: Path, lines: list[str]) -> Iterator[tuple[int, str, str]]:
    for number, line in enumerate(lines, 1):
        if not line.strip() or line.lstrip().startswith(COMMENT):
            continue
        term, *reading = (part.strip() for part in SEPARATOR.split(line, maxsplit=1))
        if not term or not all(reading) or not reading:
            raise GlossaryError(f"{path}:{number}: 应为 术语<TAB>读法 或 术语=>读法 (expected term => reading): {line}")
        yield number, term, reading[0]


def _pattern(term: str) -> str:
    """`AI` is no part of `AIR` or of the mark `AI4`."""
    before = r"(?<![A-Za-z0-9])" if re.match("[A-Za-z0-9]", term) else ""
    after = r"(?![A-Za-z0-9])" if re.search("[A-Za-z0-9]$", term) else ""
    return f"{before}{re.escape(term)}{after}"
