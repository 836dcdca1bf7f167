"""What is heard before a text is no part of it, and comes with its first sound or not at all."""

from collections.abc import AsyncGenerator

import pytest

from api.engine.engine import Speech
from api.engine.errors import EngineFailedError, NothingToSpeakError
from api.labels.audible import labelled, segments_of
from api.labels.notice import NOTICE, SPEED, manner_of
from api.labels.policy import Audible, LabelPolicy
from api.problems import Refusal
from api.synthesis.emotions import PRESETS
from api.synthesis.request import SpeechRequest
from api.synthesis.segments import Segment
from api.synthesis.synthesizer import Sound
from tests.support.sounds import RATE, said, sound

TEXT = [sound("你好。", 0, 0.3, 0.5), sound("再见。", 3, 0.0, 0.5)]
SPOKEN_NOTICE = Sound(Speech(said(RATE, 2.0), RATE), NOTICE)


async def spoken(*sounds: Sound) -> AsyncGenerator[Sound, None]:
    for one in sounds:
        yield one


async def heard(label: Audible | None, *sounds: Sound) -> list[Sound]:
    return [one async for one in labelled(spoken(*sounds), label)]


@pytest.mark.parametrize("label", ["none", None])
async def test_no_label(label: Audible | None) -> None:
    """Nothing is added."""
    segments = [one.segment for one in TEXT]
    assert segments == segments_of(label, segments)
    assert TEXT == await heard(label, *TEXT)


async def test_a_rhythm() -> None:
    """At the rate of the first sound; the engine speaks nothing more."""
    segments = [one.segment for one in TEXT]
    assert segments == segments_of("rhythm", segments)
    first, *rest = await heard("rhythm", *TEXT)
    assert ("rhythm", "", 0, 0, RATE) == (
        first.label, first.segment.text, first.segment.start, first.segment.end, first.speech.sample_rate
    )  # fmt: skip
    assert 1.7 == pytest.approx(first.seconds, abs=0.01)
    assert TEXT == rest


async def test_a_notice() -> None:
    """Spoken first, and told apart from the text."""
    assert [NOTICE, TEXT[0].segment] == segments_of("notice", [TEXT[0].segment])
    first, *rest = await heard("notice", SPOKEN_NOTICE, *TEXT)
    assert ("notice", "", 0, 0) == (first.label, first.segment.text, first.segment.start, first.segment.end)
    assert SPOKEN_NOTICE.speech is first.speech
    assert TEXT == rest


def test_the_words_of_the_notice() -> None:
    """Both that the standard asks for, in the voice of the call, plain and at a pace of their own."""
    assert "人工智能" in NOTICE.text
    assert "合成" in NOTICE.text
    request = SpeechRequest("你好", "lily", PRESETS["angry"], 2.0, 1.2, intensity=1.0, seed=7, volume=0.0, runs=())
    assert SpeechRequest("你好", "lily", speed=SPEED, seed=7) == manner_of(NOTICE, request)
    assert request == manner_of(TEXT[0].segment, request)


async def test_nothing_to_speak() -> None:
    """A notice alone is no answer."""
    with pytest.raises(NothingToSpeakError):
        await heard("notice", SPOKEN_NOTICE)


async def test_a_notice_that_the_engine_does_not_speak() -> None:
    """The text is not spoken without it."""
    with pytest.raises(EngineFailedError):
        await heard("notice", *TEXT)


async def test_who_leaves_closes_the_sounds() -> None:
    """Nothing goes on behind a reader's back."""
    sounds = spoken(*TEXT)
    label = labelled(sounds, "rhythm")
    await anext(label)
    await label.aclose()
    with pytest.raises(StopAsyncIteration):
        await anext(sounds)


@pytest.mark.parametrize(
    ("audible", "asked", "chosen"),
    [("none", None, "none"), ("rhythm", None, "rhythm"), ("rhythm", "none", "none"), ("none", "notice", "notice")],
)
def test_a_call_may_choose(audible: Audible, asked: Audible, chosen: Audible) -> None:
    """Else it has what the service's policy is."""
    assert chosen == LabelPolicy(None, audible).explicit(asked)


def test_a_policy_that_requires_a_label() -> None:
    """A call may choose which, and not none."""
    policy = LabelPolicy(None, "rhythm", required=True)
    assert ["rhythm", "notice"] == [policy.explicit(asked) for asked in (None, "notice")]
    with pytest.raises(Refusal, match="label_required"):
        policy.explicit("none")


def test_segments_are_those_of_the_text() -> None:
    """The notice stands nowhere in it."""
    assert NOTICE == Segment(NOTICE.text, 0, 0, NOTICE.pause_s)
