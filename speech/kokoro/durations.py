"""How many frames each symbol lasts."""

from collections.abc import Iterator

import numpy as np
from numpy.typing import NDArray


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
