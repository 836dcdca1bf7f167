"""Segments of a script: those of plain text where it has no marks, cut apart where the manner changes."""

from dataclasses import replace

from hypothesis import given
from hypothesis import strategies as st

from api.script.cutting import segments_of
from api.script.edits import Edit, SpokenText
from api.script.run import Run
from api.script.style import Style
from api.synthesis.segments import Segment, cut

STYLE = Style("baker")
FAST = replace(STYLE, speed=2.0)
TEXTS = st.text(st.sampled_from("你好世界说a1B.,。，！？；：… \n😀"), max_size=120)


def runs_of(*parts: tuple[str, float | None], style: Style = STYLE) -> tuple[str, list[Run]]:
    """An original text, and its runs with the pauses after them."""
    whole, runs, at = SpokenText.of("".join(text for text, _ in parts)), [], 0
    for text, pause_s in parts:
        runs.append(Run(whole[at : at + len(text)], style, pause_s))
        at += len(text)
    return whole.text, runs


def shown(segments: list[Segment]) -> list[tuple[float, str, float]]:
    return [(one.lead_s, one.text, one.pause_s) for one in segments]


@given(TEXTS, st.sampled_from([0.5, 1.0, 2.0]), st.integers(8, 60))
def test_plain_text(text: str, speed: float, limit: int) -> None:
    """A script of one run is cut exactly as the text is."""
    segments = segments_of(text, [Run(SpokenText.of(text), replace(STYLE, speed=speed))], limit)
    plain = [replace(one, written=None, spans=None) for one in segments]
    assert cut(text, limit, speed) == plain
    for one in segments:
        assert one.original == text[one.start : one.end] == one.text
        assert (one.start, one.end) == one.place(0, len(one.text))


def test_pauses() -> None:
    """A pause that was asked for stands instead of a reader's, at the beginning and the end, too."""
    parts = runs_of(("", 1.0), ("你好。", 0.2), ("再见。", None), ("走吧", 3.0), ("😀", 2.0))
    assert [(1.0, "你好。", 0.2), (0, "再见。", 0.35), (0, "走吧", 5.0)] == shown(segments_of(*parts, 40))


def test_pauses_that_meet() -> None:
    """They are no longer than one may be, so that no sound is: neither before nor after it."""
    parts = runs_of(("", 6.0), ("😀", 6.0), ("你好。", 6.0), ("😀", 6.0), ("再见。", 0.0))
    assert [(10.0, "你好。", 10.0), (0, "再见。", 0.0)] == shown(segments_of(*parts, 40))


def test_without_a_wish_for_a_pause() -> None:
    """At its end a run has the pause of its last mark, or none; the text's end has none."""
    parts = runs_of(("今天，", None), ("很", None), ("好。\n", None), ("走吧。", None), ("😀", None))
    segments = segments_of(*parts, 40)
    assert [(0, "今天，", 0.15), (0, "很", 0), (0, "好。", 0.6), (0, "走吧。", 0)] == shown(segments)
    assert [0, 1, 2, 3] == [one.run for one in segments]
    assert 0.075 == segments_of(*runs_of(("今天，", None), ("好", None), style=FAST), 40)[0].pause_s


def test_nothing_to_pronounce() -> None:
    """Pauses alone are no speech."""
    assert [] == segments_of(*runs_of(("", 1.0), ("😀。", 1.0)), 40)


def test_places_of_what_is_spoken_otherwise() -> None:
    """A segment knows which part of the original it is spoken for, whatever its length."""
    original = "看**WHO**的报告，再看一遍。"
    spoken = SpokenText.of(original).apply([Edit(1, 3, ""), Edit(3, 6, "世界卫生组织"), Edit(6, 8, "")])
    first, second = segments_of(original, [Run(spoken, STYLE)], 12)
    assert ("看世界卫生组织的报告，", "看**WHO**的报告，") == (first.text, first.original)
    assert [(0, 1), (3, 6), (8, 12)] == [first.place(0, 1), first.place(1, 7), first.place(7, 11)]
    assert ("再看一遍。", 12, 17) == (second.original, second.start, second.end)
