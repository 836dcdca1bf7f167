"""What is wrong with a take is told from its sound and the length of its text."""

import numpy as np
import pytest

from api.engine.engine import Speech, Utterance, Waveform
from api.engine.errors import Fault
from api.synthesis.faults import fault_of
from tests.support.sounds import RATE, babble, said

TEXT = "今天天气真好，我们去公园散步吧。"
NOISE = (0.001 * np.random.default_rng(0).standard_normal(RATE * 3)).astype(np.float32)
BROKEN = babble(3.0)
BROKEN[RATE] = np.nan


def judged(waveform: Waveform, text: str = TEXT, speed: float = 1.0) -> Fault | None:
    return fault_of(Utterance(text, "anna", speed=speed), Speech(waveform, RATE))


@pytest.mark.parametrize(
    ("fault", "waveform"),
    [
        (None, babble(3.2)),
        (Fault.NOT_FINITE, BROKEN),
        (Fault.NOT_FINITE, np.full(RATE, np.inf, np.float32)),
        (Fault.SILENT, np.zeros(3 * RATE, np.float32)),
        (Fault.SILENT, NOISE),
        (Fault.SILENT, np.zeros(0, np.float32)),
        (Fault.SILENT, np.concatenate([babble(2.0), np.zeros(RATE * 4, np.float32), babble(1.0)])),
        (Fault.TOO_SHORT, babble(0.6)),
        (Fault.TOO_SHORT, np.concatenate([babble(0.4), np.zeros(2 * RATE, np.float32)])),
        (Fault.TOO_LONG, babble(14.0)),
        (Fault.TOO_LONG, np.concatenate([babble(3.2), 0.1 * babble(20.0)])),
        (Fault.CLIPPED, np.sign(babble(3.2))),
        (Fault.REPEATED, np.concatenate([babble(3.2), np.tile(babble(0.5, seed=1), 11)])),
        (Fault.REPEATED, np.tile(babble(4.5), 2)),
    ],
)
def test_faults(fault: Fault | None, waveform: Waveform) -> None:
    """Numbers that are none, silence, an early end, no end, noise at full scale, one thing again and again."""
    assert fault is judged(waveform.astype(np.float32))


@pytest.mark.parametrize("speed", [0.5, 1.0, 2.0])
@pytest.mark.parametrize("pace", [0.1, 0.2, 0.45])
def test_quick_and_slow_speakers(pace: float, speed: float) -> None:
    """Ten syllables a second are not too short, and two with a pause of two seconds are not too long."""
    seconds = pace * 14 / speed
    pause = np.zeros(round(2 * RATE / speed), np.float32)
    assert judged(np.concatenate([babble(seconds / 2), pause, babble(seconds / 2, seed=1)]), speed=speed) is None


@pytest.mark.parametrize(
    "text", ["好的，" * 5, "哈哈哈哈哈哈哈哈哈哈", "我爱你！我爱你！我爱你！", "重要的事说三遍，因为重要的事很多。"]
)
def test_a_text_that_repeats_itself(text: str) -> None:
    """May be heard to do so, however slowly: only more than anybody takes is too long."""
    repeated = np.tile(babble(0.9), 10)
    assert judged(repeated[: round((0.3 * len(text) + 2.5) * RATE)], text) is None
    assert Fault.TOO_LONG is judged(np.tile(repeated, 3), text)


@pytest.mark.parametrize("rate", [8000, 22050, 48000])
def test_any_rate(rate: int) -> None:
    """The seconds count, not the samples."""
    utterance = Utterance(TEXT, "anna")
    assert fault_of(utterance, Speech(said(rate, 1.5, -0.2, 1.5), rate)) is None
    assert Fault.TOO_LONG is fault_of(utterance, Speech(said(rate, 14.0), rate))
    assert Fault.REPEATED is fault_of(utterance, Speech(np.tile(said(rate, 0.3, -0.2), 18), rate))
