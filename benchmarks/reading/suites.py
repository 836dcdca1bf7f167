"""The suites as their authors print them."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path

NO_READING = {"postprocessor.txt", "normalizer_tag_oov.txt"}
"""Files of WeTextProcessing that are about no reading: interjections are removed, foreign letters tagged."""


@dataclass(frozen=True)
class Case:
    """A text, and the words that it is in this suite."""

    written: str
    spoken: str

    def agrees(self, spoken: str) -> bool:
        """Whether these are the same words, whatever the punctuation; yāo and yī are both 1."""
        return _words(spoken) == _words(self.spoken)


def paddlespeech(file: Path) -> list[Case]:
    return [*_cases(file, "|")]


def wetext(folder: Path) -> list[Case]:
    files = sorted(file for file in folder.iterdir() if file.name not in NO_READING)
    return [case for file in files for case in _cases(file, "=>")]


def _cases(file: Path, separator: str) -> Iterator[Case]:
    for line in _lines(file):
        written, spoken = line.split(separator)
        yield Case(written.strip(), spoken.strip())


def _lines(file: Path) -> Iterable[str]:
    return filter(str.strip, file.read_text("utf-8").splitlines())


def _words(text: str) -> str:
    return "".join(filter(str.isalnum, text.lower().replace("幺", "一")))
