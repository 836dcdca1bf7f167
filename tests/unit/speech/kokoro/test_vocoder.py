import numpy as np
import pytest

from speech.kokoro import SAMPLE_RATE, VOICES, Acoustic, Vocoder
from speech.kokoro.prosody import VOICED
from speech.kokoro.vocoder import F0, LEVEL, levelled
from speech.utterance import EMOTIONS, Spectrum, Utterance
from tests.support.audio import Speech
from tests.support.embedded import speech_of


def _speak(
    acoustic: Acoustic, vocoder: Vocoder, text: str = "你好吗？", voice: str = "xiaoxiao", **fields: object
) -> Speech:
    return speech_of(acoustic, vocoder, Utterance(text, voice, **fields))  # type: ignore[arg-type]


def test_a_style_speaks_the_same_whatever_was_said_before(acoustic: Acoustic, vocoder: Vocoder) -> None:
    """The same samples, to the bit."""
    first = _speak(acoustic, vocoder)
    _speak(acoustic, vocoder, "嗯。", "yunxi")
    assert np.array_equal(first.samples, _speak(acoustic, vocoder, seed=7).samples)


@pytest.mark.parametrize("pitch", [0.8, 1.25])
def test_pitch_changes_height_and_not_duration(acoustic: Acoustic, vocoder: Vocoder, pitch: float) -> None:
    """The voice is as much higher or lower as was asked, in the same time."""
    plain, changed = _speak(acoustic, vocoder), _speak(acoustic, vocoder, pitch=pitch)
    assert plain.pitch * pitch == pytest.approx(changed.pitch, rel=0.05)
    assert plain.seconds == pytest.approx(changed.seconds, abs=0.1)


def test_emotions_are_audible(acoustic: Acoustic, vocoder: Vocoder) -> None:
    """What the table of prosody promises is in the sound: pace, height and loudness."""
    spoken = {
        name: _speak(acoustic, vocoder, "今天天气很好。", emotion=tuple(float(name == one) for one in EMOTIONS))
        for name in ("happy", "angry", "sad", "afraid", "")
    }
    neutral = spoken[""]
    assert spoken["happy"].seconds < neutral.seconds * 0.95
    assert spoken["happy"].pitch > neutral.pitch * 1.05
    assert spoken["sad"].seconds > neutral.seconds * 1.1
    assert spoken["sad"].pitch < neutral.pitch * 0.96
    assert spoken["sad"].level < neutral.level * 0.8
    assert spoken["angry"].level > neutral.level * 1.2
    assert spoken["afraid"].pitch > neutral.pitch * 1.05


@pytest.mark.parametrize(
    "voice",
    [one if one in {"yunyang", "heart", "george"} else pytest.param(one, marks=pytest.mark.full) for one in VOICES],
)
def test_every_voice_speaks(acoustic: Acoustic, vocoder: Vocoder, voice: str) -> None:
    """As high as people of its gender speak (`yunxia` as a boy does), and as loud as every other."""
    spectrum = acoustic.speak(Utterance("你好吗？", voice))
    f0 = spectrum.mel[:, F0]
    heights = {"female": (120, 350), "male": (70, 220), "yunxia": (200, 350)}
    low, high = heights.get(voice) or heights[VOICES[voice].gender]
    assert low < np.median(f0[f0 > VOICED]) < high
    speech = _speak(acoustic, vocoder, voice=voice)
    assert 0.3 < speech.seconds < 2
    assert speech.level == pytest.approx(LEVEL, rel=0.15)


def test_characters_are_where_they_sound(acoustic: Acoustic, vocoder: Vocoder) -> None:
    """The pause in the sound is between the characters at which it is written, whatever is cut off."""
    spectrum = acoustic.speak(Utterance("我们去，他也去。", "xiaoxiao"))
    (spoken,) = vocoder.run([spectrum])
    times = spoken.character_times
    assert times is not None
    assert (8, 2) == times.shape
    assert 0 <= times[0, 0] < 0.15
    assert times[-1, 1] == pytest.approx(len(spoken.waveform) / spoken.sample_rate, abs=0.3)
    loud = np.flatnonzero(np.abs(spoken.waveform[2400:-2400]) > 0.005) + 2400
    longest = int(np.argmax(np.diff(loud)))
    middle = (loud[longest] + loud[longest + 1]) / 2 / spoken.sample_rate
    assert times[2, 0] < middle < times[4, 1]


def test_another_engines_spectrum_is_refused(vocoder: Vocoder) -> None:
    """It has no style."""
    with pytest.raises(ValueError, match="no style"):
        list(vocoder.run([Spectrum(np.zeros((4, 516), np.float32))]))


def test_silence_stays_silent() -> None:
    """It is not made as loud as speech, nor is what is too short for a frame."""
    assert not levelled(np.zeros(SAMPLE_RATE, np.float32)).any()
    assert [0.5] == levelled(np.array([0.5], np.float32)).tolist()


def test_the_shortest_utterance_is_spoken(acoustic: Acoustic, vocoder: Vocoder) -> None:
    """One syllable, as fast as can be, is sound and not an error."""
    assert _speak(acoustic, vocoder, "哦", speed=2.0, pitch=0.8).seconds > 0.1
