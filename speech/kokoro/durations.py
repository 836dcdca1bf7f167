"""How many frames each symbol lasts."""

from collections.abc import Iterator

import numpy as np
from numpy.typing import NDArray

LEAD = 4
"""Frames of silence before speech at most: the model has half a second, which would be cut off after the work."""

TAIL = 8
"""Frames at most of the sign that ends speech, in which the voice fades."""


def limits(ends_with_sign: bool, symbols: int) -> NDArray[np.float32]:  # noqa: FBT001 - a fact, not an option
    """The most frames of each of so many symbols with the silences around them, `[symbols + 2]`."""
    found = np.full(symbols + 2, np.inf, np.float32)
    found[0], found[-1] = LEAD, TAIL
    if ends_with_sign:
        found[-2] = TAIL
    return found


def rounded(lengths: NDArray[np.float32]) -> NDArray[np.int64]:
    """Whole frames, at least one, such that the sums up to each symbol are as near as can be to those of `lengths`.

    Rounded one by one, as the model does it, a speed of 2.0 would be one of 1.7, and a rhythm of all the same lengths.
    """
    return np.fromiter(_carried(lengths), np.int64, len(lengths))


def _carried(lengths: NDArray[np.float32]) -> Iterator[int]:
    over = 0.0
    for length in lengths.tolist():
        frames = max(1, round(length - over))
        over += frames - length
        yield frames
