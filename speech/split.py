"""What is too long for a model, in parts that end where a speaker would stop."""

from collections.abc import Iterator, Sequence


def split(ends: Sequence[int], size: int) -> Iterator[slice]:
    """Parts of at most `size` items, each as long as can be and ending where it does so best.

    `ends` says of each item how good an end it is, 0 if it is none: the last of the best in reach ends a part.
    """
    start = 0
    while len(ends) - start > size:
        reach = ends[start : start + size]
        best = max(range(size), key=lambda i: (reach[i], i))
        yield slice(start, start + best + 1)
        start += best + 1
    yield slice(start, len(ends))
