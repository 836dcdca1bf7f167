"""How far apart two programs' tensors are, as it is reported."""

from collections.abc import Iterable, Sequence
from typing import Any

import torch
from torch import Tensor

Finding = dict[str, Any]

TOLERANCE = 1e-4
"""Of the largest absolute value: float32 through tens of layers, or 25 steps, in another order of sums."""


def difference(part: str, ours: Iterable[Tensor], theirs: Iterable[Tensor]) -> Finding:
    """The largest absolute difference of tensors, and the scale: the largest absolute value of the oracle's.

    None if shapes differ.
    """
    pairs = list(zip(ours, theirs, strict=True))
    alike = all(own.shape == other.shape for own, other in pairs)
    scale = max(float(other.abs().max()) for _, other in pairs)
    most = max(float((own - other).abs().max()) for own, other in pairs) if alike else None
    same = most is not None and most <= TOLERANCE * scale  # not a number is not
    shapes = [list(other.shape) for _, other in pairs]
    return {"part": part, "shapes": shapes, "max_abs": most, "scale": scale, "judged": True, "same": same}


def equality(part: str, ours: Sequence[Tensor], theirs: Sequence[Tensor]) -> Finding:
    """How many rows are equal; of the oracle's, how long they are and how many different numbers they hold."""
    equal = sum(torch.equal(*pair) for pair in zip(ours, theirs, strict=True))
    lengths, kinds = [len(row) for row in theirs], [len(set(row.tolist())) for row in theirs]
    same = equal == len(theirs)
    return {"part": part, "equal": equal, "lengths": lengths, "different": kinds, "judged": True, "same": same}
