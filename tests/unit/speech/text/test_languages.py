import time
from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from speech.text.languages import stretches


@pytest.mark.parametrize(
    ("text", "english"),
    [
        ("他说：I have 3 apples, 10 pears. 然后走了。", ["I have 3 apples, 10 pears. "]),
        ("“It costs $12.50”是什么意思？", ["“It costs $12.50”"]),
        ("他说 I have 3 apples 这句话", []),
        ("我有3个apple", []),
        ("型号：iPhone 15 Pro、iPad 3", []),
        ("部门：IT 3", []),
        ("价格12,000。网址www.example.com", []),
    ],
)
def test_among_chinese(text: str, english: list[str]) -> None:
    """Beside Chinese, clauses without it are English if they have English grammar; names of things have none."""
    assert english == [stretch for stretch, is_english in stretches(text, alone=False, first="zh") if is_english]


@pytest.mark.parametrize(
    ("text", "english"),
    [("iPhone 15", True), ("3 cats, 2", True), ("I am 3", True), ("3.14", False), ("5G", False), ("3 min", False)],
)
def test_alone(text: str, *, english: bool) -> None:
    """Without Chinese around it, what has a word is English; to an English voice anything is."""
    assert [(text, english)] == [*stretches(text, alone=True, first="zh")]
    assert [(text, True)] == [*stretches(text, alone=True, first="en")]


@given(st.text("aI 1中。，,.:;!?“”()\n", max_size=40))
def test_whole(text: str) -> None:
    """Nothing of a text is lost, and neighbours differ."""
    found = [*stretches(text, alone=False, first="zh")]
    assert text == "".join(stretch for stretch, _ in found)
    assert all(one[1] != other[1] for one, other in pairwise(found))


@pytest.mark.parametrize("signs", [",", "1,", "a. ", "，", "a is中", '"'])
def test_linear_time(signs: str) -> None:
    """Twenty thousand signs take a moment of the processor."""
    start = time.process_time()
    assert [*stretches(signs * 20_000, alone=False, first="zh")]
    assert time.process_time() - start < 2
