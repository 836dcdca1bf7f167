"""Marks that people type are done, and whatever only looks like one is text."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from api.problems import Refusal
from api.script.edits import SpokenText
from api.script.reading import read
from api.script.run import Run
from api.script.style import Style
from api.synthesis.voices import Voices

STYLE, VOICES = Style("baker"), Voices("baker")


def spoken(text: str) -> list[tuple[str, float | None]]:
    return [(run.spoken.text, run.pause_s) for run in read(text, "auto", STYLE, VOICES)]


@pytest.mark.parametrize(
    ("mark", "pause_s"),
    [
        ("[pause:500ms]", 0.5),
        ("[pause:1.5s]", 1.5),
        ("[Pause：2 s]", 2.0),
        ("[pause: 0ms]", 0.0),
        ("[pause:10s]", 10.0),
    ],
)
def test_pauses(mark: str, pause_s: float) -> None:
    """In milliseconds or seconds, up to ten, wherever it stands."""
    assert [("你好", pause_s), ("再见", None)] == spoken(f"你好{mark}再见")
    assert [("", pause_s), ("你好", pause_s), ("", None)] == spoken(f"{mark}你好{mark}")


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("银行(háng)里", "银‹行|HANG2›里"),
        ("银行（xing2）", "银‹行|XING2›"),
        ("去重庆(chóng qìng)吃", "去‹重|CHONG2›‹庆|QING4›吃"),
        ("行‹长|ZHANG3›(háng)", "行‹长|ZHANG3›(háng)"),
    ],
)
def test_readings(text: str, expected: str) -> None:
    """Pinyin with tones in brackets says how the characters before it are read; an engine's own mark stays."""
    assert [(expected, None)] == spoken(text)


@pytest.mark.parametrize(
    "text",
    [
        "a<b", "[注]", "[pause]", "[pause:3]", "[pause:-1s]", "[pause:abc]", "pause:500ms", "<break/>", "‹行|XING2›",
        "行(xing)", "行(good)", "行(2)", "行()", "OK(hao3)", "行 (xíng)", "图(a1)",
        "氧气(O2)", "钙(Ca2)", "行(xíng", "行(yín háng)", "他(xiao3是)",
    ],
)  # fmt: skip
def test_what_is_no_mark(text: str) -> None:
    """It is spoken as it stands."""
    assert (Run(SpokenText.of(text), STYLE),) == read(text, "auto", STYLE, VOICES)


def test_places() -> None:
    """Of a reading the characters alone are spoken for; marks are in no span."""
    (first, second) = read("在[pause:1s]银行(háng)里", "auto", STYLE, VOICES)
    assert [(0, 1)] == [*first.spoken.spans]
    assert [(11, 12), *[(12, 13)] * len("‹行|HANG2›"), (19, 20)] == [*second.spoken.spans]


@pytest.mark.parametrize("text", ["好[pause:10.1s]", "好[pause:11000ms]", "[pause:10s]好" * 31])
def test_too_long_pauses(text: str) -> None:
    """One has a limit, and all together have one."""
    with pytest.raises(Refusal) as caught:
        read(text, "auto", STYLE, VOICES)
    assert "invalid_pause" == caught.value.problem.code


@given(st.text(st.sampled_from("好行pause:[]1.0 msS()（）xíng2‹›|") | st.characters(), max_size=60))
def test_any_text(text: str) -> None:
    """Whatever the text, what is spoken stands in it, in order, and only marks are left out."""
    try:
        runs = read(text, "auto", STYLE, VOICES)
    except Refusal:
        return
    spans = [span for run in runs for span in run.spoken.spans]
    assert sorted(spans) == spans
    assert "[" in text or "(" in text or "（" in text or runs == (Run(SpokenText.of(text), STYLE),)
