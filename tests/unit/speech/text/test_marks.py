import pytest

from speech.errors import InvalidPronunciationError
from speech.text.marks import Part, parts


def test_parts() -> None:
    """A text is what stands between its marks and what is marked, each at its place."""
    expected = [
        Part("去", 0),
        Part("银行", 2, ("yin2", "hang2")),
        Part("吧", 16),
        Part("行", 18, ("xing2",)),
        Part("a‹行›", 26),
    ]
    assert expected == [*parts("去‹银行|YIN2 HANG2›吧‹行|xing2›a‹行›")]
    assert [] == [*parts("")]


@pytest.mark.parametrize(
    ("mark", "blame"),
    [
        ("‹行|HANG›", "不是带声调的拼音"),
        ("‹行|HANG6›", "不是带声调的拼音"),
        ("‹行|HONGG2›", "不是带声调的拼音"),
        ("‹行|háng›", "不是带声调的拼音"),
        ("‹花儿|HUAR1›", "不是带声调的拼音"),
        ("‹行|2›", "不是带声调的拼音"),
        ("‹银行|HANG2›", "2 个汉字、1 个音节"),
        ("‹行|›", "1 个汉字、0 个音节"),
        ("‹|HANG2›", "只能标注汉字"),
        ("‹AI|AI1 AI1›", "只能标注汉字"),
    ],
)
def test_a_mark_that_says_nothing_is_refused(mark: str, blame: str) -> None:
    """The error names the mark and what is wrong with it."""
    with pytest.raises(InvalidPronunciationError, match=r"^invalid_pronunciation: ") as refused:
        [*parts(f"今天{mark}好")]
    assert mark in str(refused.value)
    assert blame in str(refused.value)
