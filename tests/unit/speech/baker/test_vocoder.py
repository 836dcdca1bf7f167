import numpy as np
import pytest
from numpy.typing import NDArray

from speech.baker import SAMPLE_RATE, Acoustic, Vocoder
from speech.utterance import EMOTIONS, Spectrum, Utterance
from tests.support.audio import Speech, same_samples
from tests.support.embedded import speech_of

SENTENCE = "欢迎使用好说语音合成服务。"


def _speak(acoustic: Acoustic, vocoder: Vocoder, **fields: object) -> Speech:
    return speech_of(acoustic, vocoder, Utterance(SENTENCE, "baker", **fields))  # type: ignore[arg-type]


def test_pieces_are_the_whole(acoustic: Acoustic, vocoder: Vocoder) -> None:
    """A long mel in pieces gives the samples of the mel in one piece."""
    spectrum = acoustic.speak(Utterance(SENTENCE * 2, "baker"))
    whole = vocoder.waveform(spectrum.mel, piece=len(spectrum.mel))
    assert len(whole) == 300 * len(spectrum.mel)
    for piece in (100, 256):
        assert same_samples(whole, vocoder.waveform(spectrum.mel, piece))


def test_no_frame_is_computed_twice_but_at_the_cuts(vocoder: Vocoder, monkeypatch: pytest.MonkeyPatch) -> None:
    """A mel of up to 480 frames is one run of that many frames; a longer one is runs of equal length."""
    frames: list[int] = []
    melgan = vocoder._melgan

    class Counting:
        def run(self, outputs: None, inputs: dict[str, NDArray[np.float32]]) -> list[NDArray[np.float32]]:
            frames.append(inputs["mel"].shape[1])
            result: list[NDArray[np.float32]] = melgan.run(outputs, inputs)
            return result

    monkeypatch.setattr(vocoder, "_melgan", Counting())
    for length in (480, 961):
        vocoder.waveform(np.zeros((length, 80), np.float32))
    assert [480, 341, 362, 342] == frames


def test_speed_changes_duration_and_not_pitch(acoustic: Acoustic, vocoder: Vocoder) -> None:
    """Twice as fast takes half the time, half as fast twice the time, at the same height."""
    slow, plain, fast = (_speak(acoustic, vocoder, speed=speed) for speed in (0.5, 1.0, 2.0))
    assert plain.seconds * 2 == pytest.approx(slow.seconds, rel=0.1)
    assert plain.seconds / 2 == pytest.approx(fast.seconds, rel=0.1)
    assert plain.pitch == pytest.approx(slow.pitch, rel=0.05)
    assert plain.pitch == pytest.approx(fast.pitch, rel=0.05)


@pytest.mark.parametrize("pitch", [0.8, 1.25])
def test_pitch_changes_height_and_not_duration(acoustic: Acoustic, vocoder: Vocoder, pitch: float) -> None:
    """The voice is as much higher or lower as was asked, in the same time."""
    plain, changed = _speak(acoustic, vocoder), _speak(acoustic, vocoder, pitch=pitch)
    assert plain.pitch * pitch == pytest.approx(changed.pitch, rel=0.05)
    assert plain.seconds == pytest.approx(changed.seconds, rel=0.05)


def test_emotions_are_audible(acoustic: Acoustic, vocoder: Vocoder) -> None:
    """What the table of prosody promises is in the sound: pace, height and loudness."""
    neutral = _speak(acoustic, vocoder)
    spoken = {
        name: _speak(acoustic, vocoder, emotion=tuple(float(name == other) for other in EMOTIONS)) for name in EMOTIONS
    }
    assert spoken["happy"].seconds < neutral.seconds * 0.95
    assert spoken["happy"].pitch > neutral.pitch * 1.05
    assert spoken["sad"].seconds > neutral.seconds * 1.1
    assert spoken["sad"].pitch < neutral.pitch * 0.96
    assert spoken["sad"].level < neutral.level * 0.8
    assert spoken["angry"].level > neutral.level * 1.2
    assert spoken["afraid"].pitch > neutral.pitch * 1.05
    assert len({len(speech.samples) for speech in spoken.values()}) == len(EMOTIONS)


@pytest.mark.parametrize("pitch", [0.8, 1.0, 1.25])
def test_characters_are_where_they_sound(acoustic: Acoustic, vocoder: Vocoder, pitch: float) -> None:
    """The pause in the sound is between the characters at which it is written, whatever is cut off or resampled."""
    spectrum = acoustic.speak(Utterance("我们都去，他们也去。", "baker", pitch=pitch))
    (spoken,) = vocoder.run([spectrum])
    times = spoken.character_times
    assert times is not None
    assert (10, 2) == times.shape
    assert 0 <= times[0, 0] < 0.1
    assert times[-1, 1] == pytest.approx(len(spoken.waveform) / spoken.sample_rate, abs=0.25)
    quiet = np.flatnonzero(np.abs(spoken.waveform[2400:-2400]) > 0.003) + 2400  # what is not
    longest = int(np.argmax(np.diff(quiet)))
    middle = (quiet[longest] + quiet[longest + 1]) / 2 / spoken.sample_rate
    assert times[3, 1] < middle < times[5, 0] + 0.05


def test_a_spectrum_without_characters(acoustic: Acoustic, vocoder: Vocoder) -> None:
    """It has no times, and says so."""
    spectrum = acoustic.speak(Utterance("你好。", "baker"))
    (spoken,) = vocoder.run([Spectrum(spectrum.mel)])
    assert spoken.character_times is None


def test_loud_speech_is_not_clipped(acoustic: Acoustic, vocoder: Vocoder) -> None:
    """A gain that would go beyond full scale is held back just below it."""
    spectrum = acoustic.speak(Utterance(SENTENCE, "baker"))
    (spoken,) = vocoder.run([Spectrum(spectrum.mel, gain=100.0)])
    assert np.abs(spoken.waveform).max() == pytest.approx(0.98)


def test_the_shortest_utterance_is_spoken(acoustic: Acoustic, vocoder: Vocoder) -> None:
    """One syllable, as fast as can be, is sound and not an error."""
    spectrum = acoustic.speak(Utterance("哦", "baker", speed=2.0, pitch=0.8))
    (spoken,) = vocoder.run([spectrum])
    assert len(spoken.waveform) > 0.1 * SAMPLE_RATE
