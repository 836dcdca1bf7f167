import numpy as np
import pytest

from speech.baker import Acoustic
from speech.baker.acoustic import split
from speech.errors import SpeechError
from speech.text import Pause, Syllable
from speech.utterance import EMOTIONS, Spectrum, Utterance

SAD = tuple(float(name == "sad") for name in EMOTIONS)


def _mel(acoustic: Acoustic, text: str, **fields: object) -> Spectrum:
    (spectrum,) = acoustic.run([Utterance(text, "baker", **fields)])  # type: ignore[arg-type]
    assert isinstance(spectrum, Spectrum), spectrum
    return spectrum


def test_the_same_utterance_gives_the_same_mel(acoustic: Acoustic) -> None:
    """Nothing is random, whatever was said in between and whatever the seed."""
    first = _mel(acoustic, "同样的话说两遍。")
    _mel(acoustic, "别的话。")
    assert np.array_equal(first.mel, _mel(acoustic, "同样的话说两遍。", seed=9).mel)


@pytest.mark.parametrize("text", ["W" * 80, "啊" * 80, "床，" * 40, "9" * 80], ids=lambda text: text[:1])
@pytest.mark.parametrize("speed", [0.5, 2.0])
def test_the_longest_texts_are_spoken_whole(acoustic: Acoustic, text: str, speed: float) -> None:
    """80 of the longest-winded characters at any speed and in the slowest emotion are within the model's reach."""
    mel = _mel(acoustic, text, speed=speed, emotion=SAD, pitch=1.25).mel
    assert len(mel) > 80 * 10 / speed
    assert 80 == mel.shape[1]
    assert np.isfinite(mel).all()


@pytest.mark.parametrize(
    ("utterance", "message"),
    [
        (Utterance("你好", "nobody"), "unknown_voice: 没有这个音色：nobody"),
        (Utterance("😀……", "baker"), "nothing_to_speak: "),
        (Utterance("", "baker"), "nothing_to_speak: "),
        (Utterance("好" * 81, "baker"), "text_too_long: 一段最多 80 个字，收到 81 个"),
        (Utterance("好", "baker", speed=0.49), "invalid_parameter: SPEED 应在 0.5 到 2 之间，收到 0.49"),
        (Utterance("好", "baker", speed=float("nan")), "invalid_parameter: SPEED"),
        (Utterance("好", "baker", pitch=1.3), "invalid_parameter: PITCH"),
        (Utterance("好", "baker", emotion=(1.0,)), "invalid_parameter: EMOTION 应有 8 个数，收到 1 个"),
        (Utterance("好", "baker", emotion=(2.0, 0, 0, 0, 0, 0, 0, 0)), "invalid_parameter: EMOTION"),
    ],
)
def test_what_cannot_be_spoken_is_an_error_and_disturbs_no_neighbour(
    acoustic: Acoustic, utterance: Utterance, message: str
) -> None:
    """A bad utterance gives its error in its place; those around it give their mels."""
    good = Utterance("你好", "baker")
    before, error, after = acoustic.run([good, utterance, good])
    assert isinstance(error, SpeechError)
    assert str(error).startswith(message)
    assert isinstance(before, Spectrum)
    assert isinstance(after, Spectrum)
    assert np.array_equal(before.mel, after.mel)


def test_a_long_utterance_is_split_at_pauses() -> None:
    """Parts end with a pause where there is one, are never too long, and together are the whole."""
    ma = Syllable("m", "a", 1)
    tokens: list[Syllable | Pause] = [ma, ma, Pause.SHORT, ma, ma, ma, ma, ma, ma]
    assert [[ma, ma, Pause.SHORT], [ma] * 5, [ma]] == list(split(tokens, 5))
    assert [tokens] == list(split(tokens, 9))
