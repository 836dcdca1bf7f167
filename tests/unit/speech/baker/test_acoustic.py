import json
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from speech.baker import Acoustic
from speech.baker.files import MAPPER
from speech.utterance import EMOTIONS, Spectrum, Utterance
from tests.support.embedded import error_between

SAD = tuple(float(name == "sad") for name in EMOTIONS)


def _mel(acoustic: Acoustic, text: str, **fields: object) -> Spectrum:
    return acoustic.speak(Utterance(text, "baker", **fields))  # type: ignore[arg-type]


def test_the_same_utterance_gives_the_same_mel(acoustic: Acoustic) -> None:
    """Nothing is random, whatever was said in between and whatever the seed."""
    first = _mel(acoustic, "同样的话说两遍。")
    _mel(acoustic, "别的话。")
    assert np.array_equal(first.mel, _mel(acoustic, "同样的话说两遍。", seed=9).mel)


@pytest.mark.parametrize(
    "text", ["W" * 80, "啊" * 80, "床，" * 40, "9" * 80, "information " * 21], ids=lambda text: text[:1]
)
@pytest.mark.parametrize("speed", [0.5, 2.0])
def test_the_longest_texts_are_spoken_whole(acoustic: Acoustic, text: str, speed: float) -> None:
    """80 of the longest-winded characters, or as much English, are spoken at any speed in the slowest emotion."""
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
        (Utterance("ha" * 159, "baker"), "text_too_long: 一段最多 80 个字，收到 80.25 个"),
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
    error = error_between(acoustic, Utterance("你好", "baker"), utterance)
    assert str(error).startswith(message)


def test_characters_have_the_frames_that_the_model_gave_them(acoustic: Acoustic, voice_folder: Path) -> None:
    """A character lasts from its initial to the boundary after it, by FastSpeech2's own durations."""
    names = {number: name for name, number in json.loads((voice_folder / MAPPER).read_bytes())["symbol_to_id"].items()}
    seen: list[tuple[list[str], list[int]]] = []
    graph = acoustic._fastspeech2

    def watched(ids: Any, *inputs: Any) -> list[Any]:
        outputs = graph(ids, *inputs)
        seen.append(([names[number] for number in ids[0].tolist()], outputs[2][0].tolist()))
        return outputs

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(acoustic, "_fastspeech2", watched)
        spectrum = _mel(acoustic, "你好，世界3个。", speed=0.7)
    ((symbols, durations),) = seen
    expected = "sil n i2 #0 h ao3 #3 sh iii4 #0 j ie4 #0 s an1 #0 g e4 sil eos"
    assert expected.split() == symbols
    at = [0, *np.cumsum(durations).tolist()]
    assert len(spectrum.mel) == at[-1]
    assert spectrum.character_frames is not None
    ni, hao, comma, shi, jie, san, ge, stop = spectrum.character_frames.tolist()
    assert [[at[1], at[4]], [at[4], at[6]], [at[6], at[6]], [at[7], at[10]]] == [ni, hao, comma, shi]
    assert [[at[10], at[13]], [at[13], at[16]], [at[16], at[18]], [at[18], at[18]]] == [jie, san, ge, stop]


def test_the_frames_of_a_long_utterance_go_on(acoustic: Acoustic) -> None:
    """Where it is made in parts, the characters of each part stand after those of the part before."""
    text = "床前明月光，疑是地上霜。举头望明月，低头思故乡。" * 3
    spectrum = _mel(acoustic, text, speed=0.5, emotion=SAD)
    frames = spectrum.character_frames
    assert frames is not None
    assert (len(text), 2) == frames.shape
    assert (frames[:-1, 1] <= frames[1:, 0]).all()
    assert 0.9 * len(spectrum.mel) < frames[-1, 1] <= len(spectrum.mel)
