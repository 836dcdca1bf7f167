from speech.split import split


def test_parts_end_where_they_do_so_best() -> None:
    """Parts are never too long, end with the last of the best ends in reach, and together are the whole."""
    ends = [0, 1, 2, 0, 2, 1, 0, 0, 0, 0, 0, 0, 0]
    assert [slice(0, 5), slice(5, 6), slice(6, 12), slice(12, 13)] == list(split(ends, 6))
    assert [slice(0, 13)] == list(split(ends, 13))
