from hypothesis import given
from hypothesis import strategies as st

from speech.indextts2.batches import power_of_two, rectangles


@given(st.lists(st.integers(1, 50), max_size=30), st.integers(1, 200))
def test_every_row_is_in_one_group_that_fits(sizes: list[int], area: int) -> None:
    """Nothing is lost or done twice, and no group is too large but a row that is so by itself."""
    groups = rectangles(sizes, lambda count, size: count * size <= area)
    assert list(range(len(sizes))) == sorted(index for group in groups for index in group)
    assert all(len(group) == 1 or len(group) * max(sizes[index] for index in group) <= area for group in groups)


def test_like_goes_with_like() -> None:
    """Long rows do not make short ones pay for their length."""
    assert [[1, 3], [0], [2]] == rectangles([90, 10, 100, 12], lambda count, size: count * size <= 100)


def test_what_is_computed_besides_counts_too() -> None:
    """Where three rows take the room of four, there is room for two."""
    assert [[0, 1], [2]] == rectangles([10, 10, 10], lambda count, size: power_of_two(count) * size <= 30)
