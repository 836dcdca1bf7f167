"""What a check finds: good, worth knowing, or wrong, in one line each."""

from __future__ import annotations

from enum import Enum
from typing import NamedTuple


class Level(Enum):
    GOOD = "✓"
    NOTE = "⚠"
    BAD = "✗"


class Finding(NamedTuple):
    level: Level
    text: str

    def __str__(self) -> str:
        return f"{self.level.value} {self.text}"


def good(text: str) -> Finding:
    return Finding(Level.GOOD, text)


def note(text: str) -> Finding:
    return Finding(Level.NOTE, text)


def bad(text: str) -> Finding:
    return Finding(Level.BAD, text)
