"""Which stretches of a text are English, where numbers are read in English."""

import re
from collections.abc import Iterator
from itertools import groupby

from speech.text.characters import HAN

STOPS = r"""，。！？；：…、“”"「」《》（）()\n"""
POINTS = ",.;:!?"
CLAUSE = re.compile(rf"(?:[^{STOPS}{POINTS}]|[{POINTS}](?=[^{STOPS}\s]))*[{STOPS}{POINTS}\s]*")
"""A clause and what ends it, which the signs within 12,000, 10:30 and example.com do not."""

CHINESE = re.compile(f"[{HAN}]")
LATIN = re.compile("[A-Za-z]")

GRAMMAR = """
    you he she it it's we they my your his her its our their me him us them an the this that these those is are was
    were am be been have has had do does did don't will would can could should must may and or but not of to in on at
    for with from by about than when what where who why how there if
"""
SENTENCE = re.compile(
    rf"\b(?:a|I|I'm|{'|'.join(f'[{word[0]}{word[0].upper()}]{word[1:]}' for word in GRAMMAR.split())})\b"
)
"""A word that makes a sentence or a phrase. Names of things, such as iPhone 15 Pro, have none."""


def stretches(text: str, *, alone: bool) -> Iterator[tuple[str, bool]]:
    """The parts of a text, in order, and of each whether it is English.

    Clauses without Chinese characters that follow each other are English if one of them has a word of English grammar;
    if the text is `alone`, with no Chinese anywhere around it, any Latin letter makes it English.
    """
    english = LATIN if alone else SENTENCE
    for is_english, runs in groupby(_runs(text), lambda run: not CHINESE.search(run) and bool(english.search(run))):
        yield "".join(runs), is_english


def _runs(text: str) -> Iterator[str]:
    """Clauses that follow each other and have, all or none of them, Chinese characters."""
    for _, clauses in groupby(CLAUSE.findall(text)[:-1], lambda clause: bool(CHINESE.search(clause))):
        yield "".join(clauses)
