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

GRAMMAR = """
    you he she it it's we they my your his her its our their me him us them an the this that these those is are was
    were am be been have has had do does did don't will would can could should must may and or but not of to in on at
    for with from by about than when what where who why how there if
"""
SENTENCE = re.compile(rf"\b(?:a|I|I'm|{'|'.join(f'{one}|{one.capitalize()}' for one in GRAMMAR.split())})\b")
"""A word that makes a sentence or a phrase. Names of things, such as iPhone 15 Pro, have none."""

ANYTHING = re.compile("")
WORD = re.compile(r"(?!(?:min|sec|mph|rpm|Mbps|bps|kcal|cal)\b)[A-Za-z][a-z]{2,}|" + SENTENCE.pattern)
"""A word, rather than the letters of 5G, A4 or 3 km."""


def stretches(text: str, *, alone: bool, first: str) -> Iterator[tuple[str, bool]]:
    """The parts of a text, in order, and of each whether it is English.

    `first` is the language of who reads it: to `en` all is English that has no Chinese characters. To `zh` clauses
    without any that follow each other are English if one of them has a word of English grammar; if the text is `alone`,
    with no Chinese anywhere around it, any word makes it English.
    """
    english = ANYTHING if first == "en" else WORD if alone else SENTENCE
    for is_english, runs in groupby(_runs(text), lambda run: not CHINESE.search(run) and bool(english.search(run))):
        yield "".join(runs), is_english


def _runs(text: str) -> Iterator[str]:
    """Clauses that follow each other and have, all or none of them, Chinese characters."""
    for _, clauses in groupby(CLAUSE.findall(text)[:-1], lambda clause: bool(CHINESE.search(clause))):
        yield "".join(clauses)
