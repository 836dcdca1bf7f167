"""Finds the words of a glossary in a text."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace

from api.script import marks
from api.script.edits import Edit
from api.script.run import Run


def glossed(runs: Sequence[Run], spoken: Mapping[str, str]) -> tuple[Run, ...]:
    """A script in which words are spoken as a glossary says, but where the text itself says how."""
    if not spoken:
        return tuple(runs)
    return tuple(
        replace(run, spoken=run.spoken.apply(marks.outside(run.spoken.text, edits(run.spoken.text, spoken))))
        for run in runs
    )


def edits(text: str, spoken: Mapping[str, str]) -> Iterator[Edit]:
    """Each word is spoken as the glossary says, the longest where several begin; no part of a longer Latin word.

    Linear in the text: at each place there is one look for each length that a word has.
    """
    lengths = sorted({len(word) for word in spoken}, reverse=True)
    at = 0
    while at < len(text):
        word = next(
            (text[at : at + n] for n in lengths if text[at : at + n] in spoken and _stands(text, at, at + n)), ""
        )
        if word:
            yield Edit(at, at + len(word), spoken[word])
        at += len(word) or 1


def _stands(text: str, start: int, end: int) -> bool:
    """Whether no Latin letter or digit of the word has another beside it."""
    return not any(_is_latin(text[at - 1 : at]) and _is_latin(text[at : at + 1]) for at in (start, end))


def _is_latin(character: str) -> bool:
    return character.isascii() and character.isalnum()
