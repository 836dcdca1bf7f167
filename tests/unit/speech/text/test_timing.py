from itertools import pairwise

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from speech.errors import NothingToSpeakError
from speech.text import character_times, pronunciation_of
from speech.text.timing import Interval, spread

SILENT = 0


def _lengths(text: str, languages: tuple[str, ...] = ("zh",)) -> list[tuple[str, float]]:
    """How long each character is heard, when each sound lasts one second; checks that they follow each other."""
    said = pronunciation_of(text, languages)
    times = character_times(text, said, [(i, i + 1) for i in range(len(said.sounds))])
    assert (len(text), 2) == times.shape
    assert all(before[1] <= after[0] + 1e-6 for before, after in pairwise(times))
    return [(character, round(float(end - start), 2)) for character, (start, end) in zip(text, times, strict=True)]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("你好，世界。", [1, 1, SILENT, 1, 1, SILENT]),
        ("《你》😀好", [SILENT, 1, SILENT, SILENT, 1]),
        ("3.5米", [1, 1, 1, 1]),  # 三点五米
        ("涨5%", [1, 4, SILENT]),  # 涨百分之五
        ("花了¥1280", [1, 1, SILENT, 2, 2, 1, 2]),  # 花了一千二百八十元
        ("氣溫-5℃", [1, 1, 1, 1, 3]),  # 气温负五摄氏度
        ("11月", [1, 1, 1]),  # 十一月
        ("用iPhone拍", [1, *[0.33] * 6, 1]),
        ("¥3万吧", [SILENT, 1, 2, 1]),  # 三万元吧
        ("3-5天", [1, 1, 1, 1]),  # 三到五天
        ("去‹银行|YIN2 HANG2›5%", [1, SILENT, 1, 1, *[SILENT] * 12, 4, SILENT]),  # 去银行百分之五
    ],
)
def test_the_length_of_each_character(text: str, expected: list[float]) -> None:
    """A character lasts as its sound; what was normalised shares the time of what it became; signs are silent."""
    assert expected == [length for _, length in _lengths(text)]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("用3个cup", [1, 1, 1, *[0.33] * 3]),
        ("说：I am 3. 对", [1, SILENT, 1, SILENT, 0.5, 0.5, SILENT, 1, SILENT, SILENT, 1]),
    ],
)
def test_english(text: str, expected: list[float]) -> None:
    """An English word is one sound, which its letters share; numbers in English belong to their words, too."""
    assert expected == [length for _, length in _lengths(text, ("zh", "en"))]


def test_a_silent_character_stands_where_the_sound_before_it_ends() -> None:
    """And before the first sound where that begins; a pause belongs to nobody."""
    said = pronunciation_of("“你好，吗？")
    times = character_times("“你好，吗？", said, [(10, 20), (20, 31), (31, 40), (45, 50), (50, 60)])
    assert [[10, 10], [10, 20], [20, 31], [31, 31], [45, 50], [50, 50]] == times.tolist()


def test_a_pause_inside_what_was_normalised() -> None:
    """The groups of a telephone number are heard apart."""
    text = "打13812345678"
    said = pronunciation_of(text)
    assert "打幺三八、幺二三四、五六七八" == said.spoken
    times = character_times(text, said, [(i, i + 1) for i in range(len(said.sounds))])
    assert [1, 2, 3, 5, 6, 7, 8, 10, 11, 12, 13] == times[1:, 0].tolist()


@pytest.mark.parametrize(
    ("count", "times", "expected"),
    [
        (2, [(0, 1), (1, 3)], [(0, 1), (1, 3)]),
        (1, [(0, 1), (2, 3)], [(0, 3)]),
        (4, [(0, 1), (2, 4)], [(0, 0.5), (0.5, 1), (2, 3), (3, 4)]),
        (2, [(0, 1), (1, 2), (2, 4)], [(0, 1.5), (1.5, 4)]),
        (2, [], [None, None]),
    ],
)
def test_equal_shares(count: int, times: list[Interval], expected: list[Interval | None]) -> None:
    """Sounds are shared out evenly and in order, and the pauses between them are left out."""
    assert expected == spread(count, times)


@settings(max_examples=300, deadline=None)
@given(
    st.one_of(
        st.text(max_size=40),
        st.lists(st.sampled_from(["‹行|XING2›", "‹银行|yin2 hang2›", "行", "一", "5%", "2026", "，", " ", "a"])).map(
            "".join
        ),
        st.text(alphabet="你好一二三0123456789.,-%¥年月日：:/ abAB，。！😀", min_size=1, max_size=40),
    )
)
def test_any_text(text: str) -> None:
    """Whatever is written: a time for each character, in order, and together all that is heard."""
    try:
        said = pronunciation_of(text)
    except NothingToSpeakError:
        return
    times = character_times(text, said, [(i, i + 1) for i in range(len(said.sounds))])
    assert (len(text), 2) == times.shape
    assert (times[:, 0] <= times[:, 1]).all()
    assert (times[:-1, 1] <= times[1:, 0] + 1e-5).all()
    audible = [i for i, sound in enumerate(said.sounds) if sound.audible]
    assert times[:, 0].min() == audible[0]
    assert times[:, 1].max() == pytest.approx(audible[-1] + 1)
    assert np.sum(times[:, 1] - times[:, 0]) >= len(audible) - 1e-3
