"""How many frames each symbol lasts."""

from collections.abc import Iterator

import numpy as np
from numpy.typing import NDArray

EDGES = [0, -1]
"""The silences around what is spoken."""


def paced(lengths: NDArray[np.float32], pace: float) -> NDArray[np.float32]:
    """The lengths at another pace, of the edges never more than they were.

    The decoder begins to sound a fixed time after its beginning: in a longer silence one sound too
    many is heard.
    """
    changed: NDArray[np.float32] = lengths / np.float32(pace)
    changed[EDGES] = np.minimum(changed, lengths)[EDGES]
    return changed


def rounded(lengths: NDArray[np.float32]) -> NDArray[np.int64]:
    """Whole frames, at least one, such that the sums up to each symbol are as near as can be to those of `lengths`.

    Rounded one by one, as the model does it, a speed of 2.0 would be one of 1.7.
    """
    return np.fromiter(_carried(lengths), np.int64, len(lengths))


def _carried(lengths: NDArray[np.float32]) -> Iterator[int]:
    over = 0.0
    for length in lengths.tolist():
        frames = max(1, round(length - over))
        over += frames - length
        yield frames
