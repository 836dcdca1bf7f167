"""What is understood of instructions is done, and nothing else."""

import pytest

from api.synthesis.emotions import PRESETS
from api.synthesis.instructions import EMOTIONS, Reading, read
from api.synthesis.request import SpeechRequest


@pytest.mark.parametrize(
    ("instructions", "reading"),
    [
        ("Speak in a cheerful and positive tone.", Reading("happy")),
        ("Sound sad, and speak slowly.", Reading("sad", 0.8)),
        ("请用温柔的语气，慢一点读。", Reading("calm", 0.8)),
        ("欢快，语速快", Reading("happy", 1.25)),
        ("Low pitch, serious.", Reading("serious", None, 0.9)),
        ("声音低沉，语速慢一些", Reading(None, 0.8, 0.9)),
        ("Use a higher pitch and talk faster", Reading(None, 1.25, 1.12)),
        ("", Reading()),
        ("Speak like a pirate.", Reading()),
    ],
)
def test_what_is_understood(instructions: str, reading: Reading) -> None:
    """Emotion, pace and pitch, in Chinese and English."""
    assert reading == read(instructions)


@pytest.mark.parametrize(
    "instructions",
    [
        "Do not sound sad.",
        "Don't speak too fast",
        "不要生气",
        "别太快速",
        "first sad, then happy",
        "又慢又快一点",
        "Unhappy",
        "breakfast",
    ],
)
def test_what_is_not_clear_is_passed_over(instructions: str) -> None:
    """What is negated, contradicts itself, or is part of another word."""
    assert Reading() == read(instructions)


def test_every_emotion_has_words() -> None:
    """And each is one that an engine knows."""
    assert set(EMOTIONS) | {"neutral"} == set(PRESETS)


def test_what_the_request_says_itself_comes_first() -> None:
    """Instructions fill in what was not said."""
    reading, plain = Reading("sad", 0.8, 0.9), SpeechRequest("你好", "baker")
    assert (PRESETS["sad"], 0.8, 0.9) == (
        reading.apply(plain).emotion,
        reading.apply(plain).speed,
        reading.apply(plain).pitch,
    )
    said = SpeechRequest("你好", "baker", PRESETS["happy"], speed=1.5, pitch=1.2)
    assert said == reading.apply(said)
    assert plain == Reading().apply(plain)


@pytest.mark.parametrize(
    ("reading", "told"),
    [(Reading(), "ignored"), (Reading("sad", 0.8), "emotion=sad, speed=0.8"), (Reading(pitch=0.9), "pitch=0.9")],
)
def test_it_can_be_told(reading: Reading, told: str) -> None:
    """For a header: what was understood, or that nothing was."""
    assert told == str(reading)
