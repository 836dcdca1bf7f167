"""What is said as the symbols that Kokoro was trained on, and when each is heard."""

import json
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from speech.kokoro.script import Script
from speech.kokoro.voices import MOST_SYMBOLS
from speech.split import split

EDGE = 0
"""The symbol at both ends of what is spoken at once."""

SILENCE = -5.0
"""Kokoro's energy is about -9 where nothing is heard, and 0 to 10 where somebody speaks."""

ENDS = " ", ",;:—", ".!?…"
"""Symbols at which speech may be cut in two, the best last."""


@dataclass(frozen=True)
class Symbol:
    """`sound` is the index of the sound that it is part of."""

    character: str
    sound: int

    @property
    def end(self) -> int:
        """How good an end of speech it is, 0 if it is none."""
        return next((i for i, symbols in enumerate(ENDS, 1) if self.character in symbols), 0)


class Symbols:
    """`vocabulary` is the content of vocab.json."""

    def __init__(self, vocabulary: bytes) -> None:
        self._ids: dict[str, int] = json.loads(vocabulary)["vocab"]

    def tokens(self, symbols: Sequence[Symbol]) -> NDArray[np.int64]:
        """`[1, symbols + 2]`: the numbers of the symbols, with the edges."""
        return np.array([[EDGE, *(self._ids[symbol.character] for symbol in symbols), EDGE]])


def symbols_of(script: Script) -> list[Symbol]:
    return [Symbol(one, sound) for sound, phonemes in enumerate(script.phonemes) for one in phonemes]


def parts(symbols: Sequence[Symbol]) -> Iterator[Sequence[Symbol]]:
    """As many at once as the model takes, cut where a speaker would stop."""
    return (symbols[part] for part in split([symbol.end for symbol in symbols], MOST_SYMBOLS))


def heard(places: NDArray[np.int64], energy: NDArray[np.float32]) -> NDArray[np.int64]:
    """The places from where something is heard to where nothing is any more, by the frames' energy, `[frames, 2]`.

    The model begins to speak some frames before the first symbol, and gives the last one the silence that follows.
    """
    loud = np.flatnonzero(energy.max(axis=1) > SILENCE)
    if not len(loud):
        return places
    within = np.clip(places, loud[0], loud[-1] + 1)
    within[0, 0] = loud[0]
    return within


def intervals(sounds: int, symbols: Sequence[Symbol], places: NDArray[np.int64]) -> list[tuple[float, float]]:
    """From which frame to which each of so many sounds lasts, where the symbols have the places `[symbols, 2]`.

    A sound without symbols lasts no time, where the one before it ends.
    """
    found: list[tuple[float, float]] = []
    at = float(places[0, 0])
    owners = np.array([symbol.sound for symbol in symbols])
    for sound in range(sounds):
        own = places[owners == sound]
        start, at = (float(own[0, 0]), float(own[-1, 1])) if len(own) else (at, at)
        found.append((start, at))
    return found
