"""How a word that no dictionary has is pronounced: g2p-en's model, a GRU from letters to ARPAbet (Park & Kim, 2019).

Its weights learned from the CMU dictionary; they come from its package (Apache-2.0), whose own code needs NLTK's data.
"""

import io
from collections.abc import Mapping

import numpy as np
from numpy.typing import NDArray

Array = NDArray[np.float32]

LETTERS = "abcdefghijklmnopqrstuvwxyz"
LETTER, END_OF_LETTERS = 3, 2
"""The row of the letter a, and that of the sign after the last one."""

BEGIN, END = 2, 3
SOUNDS = """
    <pad> <unk> <s> </s> AA0 AA1 AA2 AE0 AE1 AE2 AH0 AH1 AH2 AO0 AO1 AO2 AW0 AW1 AW2 AY0 AY1 AY2 B CH D DH EH0 EH1
    EH2 ER0 ER1 ER2 EY0 EY1 EY2 F G HH IH0 IH1 IH2 IY0 IY1 IY2 JH K L M N NG OW0 OW1 OW2 OY0 OY1 OY2 P R S SH T TH
    UH0 UH1 UH2 UW UW0 UW1 UW2 V W Y Z ZH
"""

NAMES = SOUNDS.split()

LONGEST = 24
"""Letters; what is longer is no word and is read in parts."""


class Guesser:
    """`weights` is the content of g2p-en's checkpoint."""

    def __init__(self, weights: bytes) -> None:
        self._weights: Mapping[str, Array] = dict(np.load(io.BytesIO(weights)))

    def guess(self, word: str) -> list[str]:
        """The ARPAbet of a word of small letters."""
        parts = [word[i : i + LONGEST] for i in range(0, len(word), LONGEST)]
        return [sound for part in parts for sound in self._decode(self._encode(part), 2 * len(part))]

    def _encode(self, word: str) -> Array:
        state = np.zeros(self._weights["enc_w_hh"].shape[1], np.float32)
        for row in (*(LETTER + LETTERS.index(letter) for letter in word), END_OF_LETTERS):
            state = self._step("enc", self._weights["enc_emb"][row], state)
        return state

    def _decode(self, state: Array, longest: int) -> list[str]:
        sounds: list[str] = []
        sound = BEGIN
        while len(sounds) < longest:
            state = self._step("dec", self._weights["dec_emb"][sound], state)
            scores = self._weights["fc_w"] @ state + self._weights["fc_b"]
            sound = int(np.argmax(scores[END:])) + END
            if sound == END:
                break
            sounds.append(NAMES[sound])
        return sounds

    def _step(self, part: str, inputs: Array, state: Array) -> Array:
        """One step of a GRU, as PyTorch arranges its gates: reset, update, new."""
        given = self._weights[f"{part}_w_ih"] @ inputs + self._weights[f"{part}_b_ih"]
        kept = self._weights[f"{part}_w_hh"] @ state + self._weights[f"{part}_b_hh"]
        (reset, update, new), (old_reset, old_update, old) = np.split(given, 3), np.split(kept, 3)
        gate = _sigmoid(update + old_update)
        fresh: Array = np.tanh(new + _sigmoid(reset + old_reset) * old)
        return (1 - gate) * fresh + gate * state


def _sigmoid(values: Array) -> Array:
    positive: Array = 1 / (1 + np.exp(-values))
    return positive
