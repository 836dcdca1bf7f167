"""Emotion as a vector of the language model: the official rules of IndexTTS2.

A vector's order is `speech.utterance.EMOTIONS`. Names for whole vectors (neutral, happy, …, and serious, 严肃) are the
api's, in `api/synthesis/emotions.py`; here are only numbers.
"""

from collections.abc import Sequence

import torch
from torch import Tensor
from torch.nn.functional import cosine_similarity

BIAS = (0.9375, 0.875, 1.0, 1.0, 0.9375, 0.9375, 0.6875, 0.5625)
"""Upstream holds back the emotions that tend to sound strange when they are full."""

MAX_SUM = 0.8
"""The rest is always the recording's own emotion."""

MAX_TEXT_SUM = 1.0


def weights(vector: Sequence[float], intensity: float = 1.0) -> tuple[float, ...]:
    """Those of a vector that someone chose: biased, capped at a sum of 0.8, then scaled by `intensity`, 0…1.

    The order is upstream's: its user interface applies bias and cap before the model scales.
    """
    biased = [value * bias for value, bias in zip(vector, BIAS, strict=True)]
    return _scaled(_capped(biased, MAX_SUM), intensity)


def text_weights(vector: Sequence[float], intensity: float = 1.0) -> tuple[float, ...]:
    """Those of a vector that a model read from a text: as upstream neither biased nor capped at 0.8.

    Upstream lets their sum exceed 1 and so subtracts the recording's emotion; here it does not.
    """
    return _capped(_scaled(vector, intensity), MAX_TEXT_SUM)


def blend(own: Tensor, other: Tensor, intensity: float) -> Tensor:
    """The emotion `[D]` of a voice whose `own` gives way to that of an `other` recording; `intensity` 0…1."""
    return own + intensity * (other - own)


def mix(audio: Tensor, mixture: Tensor, total: float) -> Tensor:
    """The emotion `[D]` of a recording, `audio`, with as much of the `mixture` as its weights' `total` is of 1."""
    return mixture.to(audio) + (1 - total) * audio


class EmotionBank:
    """Emotions that actors spoke: for each a few rows, and with every row what its speaker's style is like.

    `styles` (feat1.pt) is `[rows, style]`, `emotions` (feat2.pt) `[rows, D]`, `counts` (emo_num) the rows of each
    emotion, in order.
    """

    def __init__(self, styles: Tensor, emotions: Tensor, counts: Sequence[int]) -> None:
        self._styles = torch.split(styles.float(), list(counts))
        self._emotions = torch.split(emotions.float(), list(counts))

    def vector(self, weights: Sequence[float], style: Tensor) -> tuple[Tensor, float]:
        """The weighted sum `[D]` of one row per emotion, each of the speaker most like `style`; the weights' sum."""
        rows = torch.stack([self._emotions[i][row] for i, row in enumerate(self.rows(style))])
        return (rows.new_tensor(weights)[:, None] * rows).sum(dim=0), sum(weights)

    def rows(self, style: Tensor) -> list[int]:
        """Within each emotion, the row whose speaker is nearest to `style` `[style]` in direction."""
        return [int(cosine_similarity(style.to(rows)[None], rows).argmax()) for rows in self._styles]


def _capped(values: Sequence[float], most: float) -> tuple[float, ...]:
    total = sum(values)
    return _scaled(values, most / total if total > most else 1.0)


def _scaled(values: Sequence[float], factor: float) -> tuple[float, ...]:
    return tuple(value * factor for value in values)
