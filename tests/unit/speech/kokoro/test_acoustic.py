from dataclasses import astuple

import numpy as np
import pytest

from speech.kokoro import Acoustic
from speech.kokoro.prosody import VOICED
from speech.kokoro.vocoder import F0
from speech.utterance import EMOTIONS, Spectrum, Utterance
from tests.support.embedded import error_between

SAD = tuple(float(name == "sad") for name in EMOTIONS)


def _mel(acoustic: Acoustic, text: str, voice: str = "xiaoxiao", **fields: object) -> Spectrum:
    return acoustic.speak(Utterance(text, voice, **fields))  # type: ignore[arg-type]


def _height(spectrum: Spectrum) -> float:
    """The mean of F0, in log, of what is voiced."""
    f0 = spectrum.mel[:, F0]
    return float(np.exp(np.log(f0[f0 > VOICED]).mean()))


def test_the_same_utterance_gives_the_same_features(acoustic: Acoustic) -> None:
    """Nothing is random, whatever was said in between and whatever the seed."""
    first = _mel(acoustic, "同样的话说两遍。")
    _mel(acoustic, "别的话。", "yunxi")
    for a, b in zip(astuple(first), astuple(_mel(acoustic, "同样的话说两遍。", seed=9)), strict=True):
        assert np.array_equal(a, b)


@pytest.mark.parametrize(
    "text", ["W" * 60, "啊" * 60, "床，" * 30, "9" * 60, "information " * 16], ids=lambda text: text[:1]
)
@pytest.mark.parametrize("speed", [0.5, pytest.param(2.0, marks=pytest.mark.full)])
def test_the_longest_texts_are_spoken_whole(acoustic: Acoustic, text: str, speed: float) -> None:
    """60 of the longest-winded characters, of more symbols than the model takes at once, or as much English."""
    spectrum = _mel(acoustic, text, speed=speed, emotion=SAD, pitch=1.25)
    assert len(spectrum.mel) > 60 * 4 / speed
    assert 516 == spectrum.mel.shape[1]
    assert np.isfinite(spectrum.mel).all()
    frames = spectrum.character_frames
    assert frames is not None
    assert (len(text), 2) == frames.shape
    assert (frames[:-1, 1] <= frames[1:, 0] + 1e-3).all()
    assert 0.85 * len(spectrum.mel) < frames[-1, 1] <= len(spectrum.mel)


@pytest.mark.parametrize(
    ("utterance", "message"),
    [
        (Utterance("你好", "nobody"), "unknown_voice: 没有这个音色：nobody"),
        (Utterance("你好", "xiaoxiao+nobody"), "unknown_voice: 没有这个音色：nobody"),
        (Utterance("……", "xiaoxiao"), "nothing_to_speak: "),
        (Utterance("", "xiaoxiao"), "nothing_to_speak: "),
        (Utterance("ha" * 119, "xiaoxiao"), "text_too_long: 一段最多 60 个字，收到 60.25 个"),
        (Utterance("好" * 61, "xiaoxiao"), "text_too_long: 一段最多 60 个字，收到 61 个"),
        (Utterance("‹行|X›", "xiaoxiao"), "invalid_pronunciation: "),
        (Utterance("好", "xiaoxiao", speed=0.49), "invalid_parameter: SPEED 应在 0.5 到 2 之间，收到 0.49"),
        (Utterance("好", "xiaoxiao", pitch=float("nan")), "invalid_parameter: PITCH"),
        (Utterance("好", "xiaoxiao", emotion=(1.0,)), "invalid_parameter: EMOTION 应有 8 个数，收到 1 个"),
    ],
)
def test_what_cannot_be_spoken_is_an_error_and_disturbs_no_neighbour(
    acoustic: Acoustic, utterance: Utterance, message: str
) -> None:
    """A bad utterance gives its error in its place; those around it give their features."""
    error = error_between(acoustic, Utterance("你好", "xiaoxiao"), utterance)
    assert str(error).startswith(message)


def test_what_was_cancelled_is_not_spoken(acoustic: Acoustic) -> None:
    """None stands in its place."""
    first, second = acoustic.run([Utterance("你好", "xiaoxiao")] * 2, lambda i: i == 0)
    assert first is None
    assert isinstance(second, Spectrum)


@pytest.mark.parametrize(("speed", "tolerance"), [(0.5, 0.06), (1.5, 0.06), (2.0, 0.15)])
def test_a_speed_is_what_it_says(acoustic: Acoustic, speed: float, tolerance: float) -> None:
    """Up to where most symbols last a single frame; the silence around speech is not counted."""
    text = "今天天气很好，我们一起去公园散步吧。"
    plain, changed = (_mel(acoustic, text, speed=one).character_frames for one in (1.0, speed))
    assert plain is not None
    assert changed is not None
    assert (plain[-2, 1] - plain[0, 0]) / speed == pytest.approx(changed[-2, 1] - changed[0, 0], rel=tolerance)


@pytest.mark.parametrize("pitch", [0.8, 1.25])
def test_pitch_is_a_factor_of_f0_and_of_nothing_else(acoustic: Acoustic, pitch: float) -> None:
    """It changes neither durations nor energy, and nothing is resampled."""
    plain, changed = _mel(acoustic, "你好，世界。"), _mel(acoustic, "你好，世界。", pitch=pitch)
    assert _height(plain) * pitch == pytest.approx(_height(changed), rel=0.01)
    assert np.array_equal(np.delete(plain.mel, F0, axis=1), np.delete(changed.mel, F0, axis=1))
    assert 1.0 == plain.pitch == changed.pitch


def test_a_mixture_is_between_its_voices(acoustic: Acoustic) -> None:
    """Of a woman and a man, in equal parts or not."""
    heights = [
        _height(_mel(acoustic, "今天天气很好。", voice))
        for voice in ("yunxi", "xiaoxiao+yunxi+yunxi+yunxi", "xiaoxiao+yunxi", "xiaoxiao")
    ]
    assert heights == sorted(heights)
    assert np.array_equal(_mel(acoustic, "你好。", "yunxi+yunxi").mel, _mel(acoustic, "你好。", "yunxi").mel), (
        "a voice mixed with itself is itself"
    )


def test_characters_have_the_frames_of_their_symbols(acoustic: Acoustic) -> None:
    """One after the other, a sign where it is silent, a number in the time of its words."""
    spectrum = _mel(acoustic, "你好，世界3个。")
    assert spectrum.character_frames is not None
    starts, ends = spectrum.character_frames.T.tolist()
    assert 0 < starts[0] <= 24, "the silence before speech"
    assert starts == sorted(starts)
    assert all(end > start for end, start in zip(ends[:2] + ends[3:7], starts[:2] + starts[3:7], strict=True))
    assert ends[2] == starts[2] <= starts[3] - 2, "a comma is a pause of two frames or more"
    assert ends[-1] <= len(spectrum.mel)
