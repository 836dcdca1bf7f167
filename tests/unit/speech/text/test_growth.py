"""Any text is read in time that grows as its length does."""

import sys
import time
from collections.abc import Callable
from types import FrameType
from typing import Any

import pytest

from speech.errors import NothingToSpeakError
from speech.text import character_times, pronunciation_of, rules
from speech.text.alignment import align
from speech.text.characters import clean
from speech.text.marks import parts
from speech.text.normalizer import PIECE

UNITS = (
    *("好", "‹好|", "第1章", "ab.", "。"),
    *(
        pytest.param(unit, marks=pytest.mark.full)
        for unit in (
            *(
                "一",
                "不",
                "啊",
                "儿",
                "银行",
                "我想",
                "氣溫",
                "好a1",
                "👩‍👧",
                "<a",
                " ",
                "\n",
                "-",
                "~",
                "= ",
                "'",
                ".",
            ),
            *(
                "1",
                "0",
                ".1",
                "1,",
                "1 ",
                "1 000 ",
                "1-",
                "1:",
                "1/2",
                "1T",
                "$1",
                "½",
                "a",
                "Ab",
                "na",
                "ng'",
                "http://a",
            ),
        )
    ),
)


def whole(text: str) -> None:
    """All that an engine asks the front end for."""
    try:
        said = pronunciation_of(text)
    except NothingToSpeakError:
        return
    character_times(text, said, [(i, i + 1) for i in range(len(said.sounds))])


def steps(function: Callable[..., Any], *texts: str) -> int:
    """The functions, of Python and of C, that a call calls."""
    count = 0

    def profile(_frame: FrameType, event: str, _argument: object) -> None:
        nonlocal count
        count += event in {"call", "c_call"}

    before = sys.getprofile()
    sys.setprofile(profile)
    try:
        function(*texts)
    finally:
        sys.setprofile(before)
    return count


@pytest.mark.parametrize("unit", UNITS)
def test_steps(unit: str) -> None:
    """Four times the text takes no more than some four times the calls."""
    whole(unit * 10)  # what is computed once is not counted
    less, more = (steps(whole, unit * times) for times in (100, 400))
    assert more < 6 * less  # the square is 16 times as much


@pytest.mark.parametrize("unit", ["好", pytest.param("1a", marks=pytest.mark.full)])
def test_alignment(unit: str) -> None:
    """So does an alignment, also of texts that are alike nowhere, or everywhere."""
    for changed in (unit, "壹", unit * 2, f"{unit}、"):
        less, more = (steps(align, unit * times, changed * times) for times in (100, 400))
        assert more < 7 * less


def search(text: str) -> None:
    """All regular expressions that a text meets whole."""
    rules.after(rules.before(clean(text)))
    list(parts(text))


@pytest.mark.parametrize("unit", UNITS)
def test_regular_expressions(unit: str) -> None:
    """Their time, which cannot be counted in steps, does not grow as the square of the length does."""
    less, more = (min(seconds(unit * times) for _ in range(2)) for times in (400, 4000))
    assert more < 30 * less + 0.02  # the square is 100 times as much


def seconds(text: str) -> float:
    start = time.thread_time()
    search(text)
    return time.thread_time() - start


@pytest.mark.parametrize("unit", UNITS)
def test_pieces(unit: str) -> None:
    """The transducers, whose time grows as the square does, see no more than 200 characters at once."""
    assert max(map(len, PIECE.findall(clean(unit * 500))), default=0) <= 200
