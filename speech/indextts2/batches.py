"""Admission by memory: rows that are computed together are padded to the longest, and must fit."""

from collections.abc import Callable, Sequence


def rectangles(sizes: Sequence[int], area: int, rounded: Callable[[int], int] = int) -> list[list[int]]:
    """The indices of `sizes` in groups whose count, as it is `rounded`, times the largest size is at most `area`.

    Rows of like sizes come together, so that little is padding. A row that is too large by itself is alone.
    """
    groups: list[list[int]] = []
    for index in sorted(range(len(sizes)), key=lambda index: sizes[index]):
        if groups and rounded(len(groups[-1]) + 1) * sizes[index] <= area:
            groups[-1].append(index)
        else:
            groups.append([index])
    return groups
