"""Sounds to the symbols that FastSpeech2 was trained on: those of the Baker corpus' own labels."""

import json
from collections.abc import Iterator, Sequence

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


def _symbols(tokens: Sequence[Token]) -> Iterator[str]:
    for i, token in enumerate(tokens):
        if isinstance(token, Pause):
            if i < len(tokens) - 1:  # at the end there is silence anyway
                yield BREAKS[token]
            continue
        yield token.initial or NO_INITIAL
        yield f"{token.final}{token.tone}"
        if i < len(tokens) - 1 and isinstance(tokens[i + 1], Syllable):
            yield WITHIN
