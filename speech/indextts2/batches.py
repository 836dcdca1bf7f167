"""Which rows are computed together: they are padded to the longest, and must fit into memory."""

from collections.abc import Callable, Sequence


def rectangles(sizes: Sequence[int], fits: Callable[[int, int], bool]) -> list[list[int]]:
    """The indices of `sizes` in groups such that their count, each as large as their largest, `fits`.

    Rows of like sizes come together, so that little is padding. A row that is too large by itself is alone.
    """
    groups: list[list[int]] = []
    for index in sorted(range(len(sizes)), key=lambda index: sizes[index]):
        if groups and fits(len(groups[-1]) + 1, sizes[index]):
            groups[-1].append(index)
        else:
            groups.append([index])
    return groups


def round_up(value: int, multiple: int) -> int:
    """The least multiple that is not less than `value`."""
    return -(-value // multiple) * multiple


def power_of_two(count: int) -> int:
    """The least that is not less than `count`: where so many rows are computed there are few different shapes."""
    return 1 << (count - 1).bit_length()
