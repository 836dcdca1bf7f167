"""What a decoder takes and gives."""

from dataclasses import dataclass

from torch import Tensor


@dataclass(frozen=True)
class Sampling:
    """How codes are chosen; the defaults are upstream's, but for its three beams.

    `greedy` takes the likeliest code, or the likeliest `beams` hypotheses, and leaves `temperature`, `top_k` and
    `top_p` out. `top_k` 0 and `top_p` 1.0 are no limit. A hypothesis scores its summed log-probability divided by
    its length to the power of `length_penalty`.
    """

    temperature: float = 0.8
    top_k: int = 30
    top_p: float = 0.8
    repetition_penalty: float = 10.0
    beams: int = 1
    length_penalty: float = 0.0
    greedy: bool = False


@dataclass(frozen=True, eq=False)
class Row:
    """A segment to be decoded: the `prefix [P, D]` and how it goes on, for `max_codes` codes at most."""

    prefix: Tensor
    max_codes: int
    sampling: Sampling
    seed: int


@dataclass(frozen=True, eq=False)
class Codes:
    """Semantic codes `[N]` int64 and the states `[N, D]` float32 that predicted them.

    `finished` is false if there was no stop within the codes that the row was allowed: likely a runaway.
    """

    codes: Tensor
    hidden: Tensor
    finished: bool
