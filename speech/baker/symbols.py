"""Sounds to the symbols that FastSpeech2 was trained on: those of the Baker corpus' own labels."""

import json
from collections.abc import Iterator, Sequence
from itertools import islice

from speech.text import Pause, Syllable

Token = Syllable | Pause

# In the corpus #1 … #3 are breaks of growing length. #1 is hardly a silence; `sil` is one only at the ends.
BREAKS = {Pause.SHORT: "#2", Pause.CLAUSE: "#3", Pause.SENTENCE: "#3"}
NO_INITIAL = "^"
WITHIN = "#0"


class Symbols:
    """`mapper` is the content of baker_mapper.json."""

    def __init__(self, mapper: bytes) -> None:
        self._ids: dict[str, int] = json.loads(mapper)["symbol_to_id"]

    def ids(self, tokens: Sequence[Token]) -> list[int]:
        """The numbers of the symbols of one stretch of speech, with its beginning and end."""
        return [self._ids[symbol] for symbol in ("sil", *_symbols(tokens), "sil", "eos")]


def intervals(tokens: Sequence[Token], durations: Sequence[int]) -> list[tuple[int, int]]:
    """From which frame to which each token lasts, when its symbols, as `Symbols.ids` gives them, last so many."""
    at, found = durations[0], []
    lengths = iter(durations[1:])
    for i in range(len(tokens)):
        start, at = at, at + sum(islice(lengths, len(_of(tokens, i))))
        found.append((start, at))
    return found


def _symbols(tokens: Sequence[Token]) -> Iterator[str]:
    return (symbol for i in range(len(tokens)) for symbol in _of(tokens, i))


def _of(tokens: Sequence[Token], i: int) -> list[str]:
    """The symbols of one token; a boundary sounds like the end of the syllable before it."""
    token, is_last = tokens[i], i == len(tokens) - 1
    if isinstance(token, Pause):
        return [] if is_last else [BREAKS[token]]  # at the end there is silence anyway
    symbols = [token.initial or NO_INITIAL, f"{token.final}{token.tone}"]
    return symbols if is_last or isinstance(tokens[i + 1], Pause) else [*symbols, WITHIN]
