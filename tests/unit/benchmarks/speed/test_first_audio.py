import numpy as np
import pytest

from api.audio.formats import FORMATS, Encoding
from api.engine.engine import Speech
from api.synthesis.segments import Segment
from api.synthesis.synthesizer import Sound
from api.views.forms import EventStream, FrameStream
from benchmarks.speed.listening import FORMS
from benchmarks.speed.part import Machine
from benchmarks.speed.parts import first_audio
from benchmarks.speed.parts.first_audio import SHARES
from benchmarks.speed.player import Arrival, underrun_s

MACHINE = Machine(cores=2, avx512=True)


@pytest.mark.parametrize(
    ("arrivals", "expected"),
    [
        ([(5.0, 2.0)], 0.0),
        ([(5.0, 2.0), (6.9, 2.0), (8.9, 1.0)], 0.0),
        ([(5.0, 2.0), (7.3, 2.0), (9.1, 1.0)], 0.3),  # 0.3 s late, then 0.1 s
        ([(5.0, 2.0), (5.1, 1.0), (8.5, 1.0)], 0.5),  # what came early is played before
    ],
)
def test_a_player_waits_for_what_is_late(arrivals: list[tuple[float, float]], expected: float) -> None:
    """A piece is due when everything before it has been played, from the first one's arrival on."""
    assert expected == pytest.approx(underrun_s([Arrival(*arrival) for arrival in arrivals]))


def _heard(characters: int, first_s: float, underrun_s: float = 0.0) -> dict[str, object]:
    return {
        "form": "frames, mp3",
        "characters": characters,
        "first_s": first_s,
        "audio_s": 4.0,
        "underrun_s": underrun_s,
    }


def _found() -> dict[str, object]:
    return {
        "capacity_audio_s_per_s": 100.0,
        "calls_per_s": 4.0,
        "refused": 1,
        "alone": [_heard(length, 0.1 + length / 10_000) for length in SHARES],
        "forms": [_heard(100, 0.25)],
        "loaded": [_heard(20, 0.2), _heard(20, 0.4, 0.05), _heard(1000, 0.3, 0.2), _heard(300, 0.1)],
    }


def test_every_length_is_judged_alone_and_against_the_shortest() -> None:
    """A quarter of a second for each length; the longest at most 1.3 times the shortest; 99 % play on."""
    judged = {promise.what: (promise.measured, promise.kept) for promise in first_audio.promises(_found(), MACHINE)}
    assert ("0.2 s", True) == judged["first sound of 1000 characters, alone, p50"]
    assert ("1.96", False) == judged["first sound of 1000 characters: times that of 20, alone"]
    assert ("0.4", False) == judged["texts heard without a wait, at 70 % load"]


def test_the_table_shows_each_length_alone_and_loaded() -> None:
    """Medians, shares of players that never wait, and the longest wait; a length that did not come is a dash."""
    lines = list(first_audio.lines(_found()))
    assert "| 20 | 70 % | 2 | 0.2 | 0.4 | 0.5 | 1 | 0.05 |" in lines
    assert "| 100 | 70 % | 0 | – | – | – | – | – |" in lines
    assert "| frames, mp3 | 1 | 0.25 | 0.25 | 1 | 1 | 0 |" in lines
    assert any("Refused were 1." in line for line in lines)


def _arrived(form: str, pieces: list[bytes]) -> list[float]:
    buffer, found = bytearray(), list[float]()
    for piece in pieces:
        buffer += piece
        found += FORMS[form].plays(buffer)
    return found


def test_what_has_arrived_is_known_in_every_form() -> None:
    """However the pieces are cut: how long they play, once they can be played."""
    encoding, segment = Encoding(FORMATS["mp3"]), Segment("你好。", 0, 3, 0.5)
    sound = Sound(Speech(np.zeros(24000, np.float32), 24000), segment)
    frames, events = FrameStream(encoding, 24000), EventStream(encoding, 24000)
    data = b"".join([*frames.add(sound), frames.finish()])
    assert [1.5] == _arrived("frames, mp3", [data[:100], data[100:-5], data[-5:]])
    data = b"".join([*events.add(sound), events.finish()])
    assert 1.5 == pytest.approx(sum(_arrived("events, mp3", [data[:100], data[100:]])), abs=0.1)
    assert [0.5, 1.0] == _arrived("audio, pcm", [bytes(24000), bytes(48000)])
