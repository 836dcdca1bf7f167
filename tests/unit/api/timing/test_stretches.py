from itertools import pairwise
from random import Random

import pytest
from hypothesis import given
from hypothesis import strategies as st

from api.audio.loudness import FRAME_S
from api.timing.stretches import Stretch, cues_of, sentences_of, stretches_of
from tests.support.sounds import RATE, sound, times

TWO = "你好。再见！"
TWO_TIMES = times((0.05, 0.2), (0.2, 0.3), (0.3, 0.3), (0.45, 0.8), (0.8, 1.0), (1.0, 1.0))


def _shown(stretches: list[Stretch]) -> list[tuple[int, int, float, float, bool]]:
    return [(one.start, one.end, round(one.start_s, 2), round(one.end_s, 2), one.closes) for one in stretches]


def test_a_sound_is_heard_where_it_is_loud() -> None:
    """Of an engine that knows no characters: all of the segment, without the silence around it."""
    assert [(7, 13, 10.05, 11.05, True)] == _shown(stretches_of(sound(TWO, 7, 0.35, -0.05, 0.4, -0.2, 0.4, -0.05), 10))


def test_clauses_are_told_apart_by_the_silence_between_their_characters() -> None:
    """Not by the model's durations: it puts the end of a syllable into the pause."""
    spoken = sound(TWO, 7, 0.35, -0.05, 0.4, -0.1, 0.5, -0.05, times=TWO_TIMES)
    assert [(7, 10, 0.05, 0.45, True), (10, 13, 0.55, 1.05, True)] == _shown(stretches_of(spoken, 0))


def test_without_a_pause_in_the_sound_one_follows_the_other() -> None:
    """As in very quick speech: the quietest moment between two clauses ends one and begins the next."""
    spoken = sound(TWO, 0, 0.35, -0.05, 1.0, times=TWO_TIMES)
    spoken.speech.waveform[round(0.5 * RATE) : round(0.51 * RATE)] *= 0.1
    (first, second) = stretches_of(spoken, 0)
    assert first.end_s == second.start_s == pytest.approx(0.505)


@pytest.mark.parametrize(
    ("text", "pause_s", "expected"),
    [
        ("你好，再见。", 0.35, [(0, 3, False), (3, 6, True)]),
        ("你好，再见，", 0.15, [(0, 3, False), (3, 6, False)]),
        ("你好，再见", 0.6, [(0, 3, False), (3, 5, True)]),  # a line without a mark
        ("你好，再见", 0.0, [(0, 3, False), (3, 5, False)]),  # chopped, or the last
        ("😀。你好。", 0.35, [(0, 5, True)]),
        ("你好。……", 0.35, [(0, 5, True)]),
        ("OK. Yes!", 0.35, [(0, 3, True), (4, 8, True)]),
        ("3.14，是", 0.0, [(0, 5, False), (5, 6, False)]),
    ],
)
def test_parts_of_a_segment(text: str, pause_s: float, expected: list[tuple[int, int, bool]]) -> None:
    """A part for each clause in which something is heard, which may close a sentence; white space is in none."""
    heard = [0.1 * character.isalnum() for character in text]
    known = times(*((sum(heard[:i]), sum(heard[: i + 1])) for i in range(len(text))))
    stretches = stretches_of(sound(text, 0, pause_s, sum(heard), times=known), 0)
    assert expected == [(one.start, one.end, one.closes) for one in stretches]
    unknown = stretches_of(sound(text, 0, pause_s, sum(heard)), 0)
    assert [(0, len(text), expected[-1][-1])] == [(one.start, one.end, one.closes) for one in unknown]


def test_a_sound_without_text() -> None:
    """Such as a tone: no stretch of it is heard."""
    assert [] == stretches_of(sound("", 0, 0.0, 0.5), 0)


def test_nothing_is_heard_of_any_character() -> None:
    """An engine's times may say so: then the segment is one part."""
    assert [(0, 2)] == [
        (one.start, one.end) for one in stretches_of(sound("你，", 0, 0, 0.5, times=times((0, 0), (0, 0))), 0)
    ]


def test_sentences() -> None:
    """What was cut inside a sentence is one again."""
    last = Stretch(51, 60, 9.5, 12, closes=True)
    parts = [Stretch(0, 30, 0, 5, closes=False), Stretch(30, 50, 5.2, 9, closes=True), last]
    assert [Stretch(0, 50, 0, 9, closes=True), last] == sentences_of(parts)


def test_cues() -> None:
    """Clauses of a sentence that can be read at a glance are one; sentences are not joined."""
    lengths = [(10, False), (20, False), (15, True), (5, True), (60, False), (3, True)]
    parts, at = [], 0
    for length, closes in lengths:
        parts.append(Stretch(at, at + length, at, at + length, closes))
        at += length
    assert [30, 15, 5, 60, 3] == [len(cue) for cue in cues_of(parts)]
    assert (0, 30) == (cues_of(parts)[0].start_s, cues_of(parts)[0].end_s)


@given(
    st.text(st.sampled_from("你好，。！ a1😀"), min_size=1, max_size=20).map(str.strip).filter(bool),
    st.lists(st.floats(-0.3, 0.3), min_size=1, max_size=6),
    st.randoms(use_true_random=False),
)
def test_any_segment(text: str, seconds: list[float], random: Random) -> None:
    """Whatever is heard and said of the characters: the parts follow each other, in the text and in the sound."""
    length_s = sum(map(abs, seconds)) + 0.01
    ends = sorted(random.uniform(0, length_s) for _ in text)
    known = times(*zip([0.0, *ends], ends, strict=False))
    spoken = sound(text, 5, 0.0, *seconds, 0.01, times=known)
    stretches = stretches_of(spoken, 10.0)
    assert (5, 5 + len(text)) == (stretches[0].start, stretches[-1].end)
    moments = [time for one in stretches for time in (one.start_s, one.end_s)]
    assert all(10.0 <= moment <= 10.0 + length_s + FRAME_S for moment in moments)
    assert not "".join(text[a.end - 5 : b.start - 5] for a, b in pairwise(stretches)).strip()
    assert all(before.end_s <= after.start_s for before, after in pairwise(stretches))
