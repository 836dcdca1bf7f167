import numpy as np
import pytest

from api.audio.formats import FORMATS, Encoding
from api.timing.timeline import Timeline, frame_times
from tests.support.sounds import sound, times

TEXT = "“你好”，\n再见！😀"
HELLO = sound(
    "“你好”，", 0, 0.15, -0.05, 0.4, -0.05, times=times((0.06, 0.06), (0.06, 0.2), (0.2, 0.4), (0.4, 0.4), (0.4, 0.4))
)
BYE = sound("再见！", 6, 0.0, -0.05, 0.3, -0.05, times=times((0.05, 0.2), (0.2, 0.3), (0.3, 0.3)))


def _timeline(*sounds: object, encoding: Encoding | None = None) -> Timeline:
    timeline = Timeline(TEXT, encoding or Encoding())
    for one in sounds:
        timeline.add(one)  # type: ignore[arg-type]
    return timeline


def test_sentences() -> None:
    """With their places in the text and in the file, with pauses between."""
    first = {"text": "“你好”，\n再见！", "start": 0, "end": 9, "start_s": 0.05, "end_s": 1.0}
    assert [first] == _timeline(HELLO, BYE).sentences()
    assert ["“你好”，\n再见！"] == [cue.text for cue in _timeline(HELLO, BYE).cues()]


def test_characters() -> None:
    """One pair for each of the text; what was not spoken stands where the one before it ends."""
    expected = [
        [0.06, 0.06], [0.06, 0.2], [0.2, 0.4], [0.4, 0.4], [0.4, 0.4], [0.4, 0.4],
        [0.7, 0.85], [0.85, 0.95], [0.95, 0.95], [0.95, 0.95],
    ]  # fmt: skip
    assert expected == _timeline(HELLO, BYE).characters()
    assert [[0.05, 0.05]] * 6 == (_timeline(BYE).characters() or [])[:6]


def test_one_engine_that_knows_no_characters() -> None:
    """Where one of the sounds comes from such, there are none: half of them would be of no use."""
    assert _timeline(HELLO, sound("再见！", 6, 0.0, 0.4)).characters() is None


def test_a_sound_without_text_takes_its_time() -> None:
    """Before, between or after the others: it only shifts what follows."""
    notice = sound("", 0, 0.1, 0.4)
    plain, shifted = _timeline(HELLO, BYE), _timeline(notice, HELLO, BYE, notice)
    assert np.allclose(np.array(plain.characters()) + 0.5, np.array(shifted.characters()))
    assert plain.sentences()[0]["end_s"] + 0.5 == pytest.approx(shifted.sentences()[0]["end_s"])


@pytest.mark.parametrize(("name", "silence_s"), [("wav", 0.0), ("mp3", 0.0), ("m4a", 0.0), ("aac", 1024 / 8000)])
def test_what_a_format_begins_with(name: str, silence_s: float) -> None:
    """Silence that a player does not leave out counts."""
    (sentence,) = _timeline(HELLO, BYE, encoding=Encoding(FORMATS[name], 8000)).sentences()
    assert 0.05 + silence_s == pytest.approx(sentence["start_s"], abs=1e-3)


def test_frames() -> None:
    """The sentences of a frame, and if asked for the characters, in the time of the whole."""
    hello = {"text": "“你好”，", "start": 0, "end": 5, "start_s": 10.05, "end_s": 10.45}
    assert {"sentences": [hello]} == frame_times(HELLO, 10.0, characters=False)
    fields = frame_times(BYE, 10.0, characters=True)
    assert [[10.05, 10.2], [10.2, 10.3], [10.3, 10.3]] == fields["characters"]
    assert (6, 9) == (fields["sentences"][0]["start"], fields["sentences"][0]["end"])


def test_frames_of_what_is_not_known() -> None:
    """No characters, but of a sound that has none an empty list."""
    assert frame_times(sound("再见！", 6, 0.0, 0.4), 0, characters=True)["characters"] is None
    assert {"sentences": [], "characters": []} == frame_times(sound("", 0, 0.0, 0.4), 0, characters=True)
