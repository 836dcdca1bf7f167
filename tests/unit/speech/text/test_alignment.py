from itertools import pairwise

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from speech.text import normalize
from speech.text.alignment import Span, align

LETTERS = st.text(alphabet="ab1，。é", max_size=12)


def _shown(original: str, changed: str) -> list[tuple[str, str]]:
    return [
        (original[span.start : span.end], changed[span.changed_start : span.changed_end])
        for span in align(original, changed)
    ]


@pytest.mark.parametrize(
    ("original", "expected"),
    [
        ("你好", [("你", "你"), ("好", "好")]),
        ("在2025年", [("在", "在"), ("2", "二"), ("0", "零"), ("2", "二"), ("5", "五"), ("年", "年")]),
        ("长120米", [("长", "长"), ("1", "一百"), ("2", "二"), ("0", "十"), ("米", "米")]),
        ("涨5%了", [("涨", "涨"), ("5", "百分之五"), ("%", ""), ("了", "了")]),
        ("8点半8:30", [("8", "八"), ("点", "点"), ("半", "半"), ("8", "八"), (":", "点"), ("3", "三"), ("0", "十分")]),
        ("氣溫-5℃", [("氣", "气"), ("溫", "温"), ("-", "负"), ("5", "五"), ("℃", "摄氏度")]),
        ("氣溫", [("氣", "气"), ("溫", "温")]),
        ("說5℃", [("說", "说"), ("5", "五"), ("℃", "摄氏度")]),
        ("好😀", [("好", "好"), ("😀", "")]),
        ("¥3万吧", [("¥", ""), ("3", "三"), ("万", "万元"), ("吧", "吧")]),
    ],
)
def test_what_became_of_each_character(original: str, expected: list[tuple[str, str]]) -> None:
    """What stayed holds the place of what changed around it."""
    assert expected == _shown(original, normalize(original))


def test_what_was_added() -> None:
    """It belongs to the character before it, at the beginning to the first; nothing belongs to no text."""
    assert [("a", "xa"), ("b", "by")] == _shown("ab", "xaby")
    assert [] == align("", "x")
    assert [Span(0, 2, 0, 0)] == align("ab", "")


@settings(max_examples=300)
@given(LETTERS, LETTERS)
def test_spans_are_both_texts(original: str, changed: str) -> None:
    """Whatever became of a text: each character of both is in one span, in order, and no span is of no original."""
    spans = align(original, changed)
    for before, after in pairwise(spans):
        assert (before.end, before.changed_end) == (after.start, after.changed_start)
    assert all(span.start < span.end for span in spans)
    if original:
        first, last = spans[0], spans[-1]
        assert (0, 0, len(original), len(changed)) == (first.start, first.changed_start, last.end, last.changed_end)


@settings(max_examples=100)
@given(LETTERS)
def test_a_text_is_itself(text: str) -> None:
    """Where nothing changed every character is its own."""
    assert [Span(i, i + 1, i, i + 1) for i in range(len(text))] == align(text, text)
