import numpy as np
import pytest
import torch

from benchmarks.voice.judges.mos import SAMPLES, windows
from benchmarks.voice.judges.speaker import FRAMES, MELS, STEP, parts
from benchmarks.voice.sources import RATE


@pytest.mark.parametrize(("seconds", "count"), [(1.0, 7), (9.5, 1), (10.1, 2), (20.0, 11)])
def test_windows_of_dnsmos(seconds: float, count: int) -> None:
    """One a second, each of 9.01 s; a short sound is doubled until there is one, which of 1 s makes 16 s."""
    found = windows(np.zeros(int(seconds * RATE), np.float32))
    assert ([SAMPLES] * count) == [len(window) for window in found]


@pytest.mark.parametrize(("frames", "count"), [(40, 1), (160, 1), (196, 1), (197, 2), (400, 4)])
def test_parts_of_a_voice(frames: int, count: int) -> None:
    """Parts overlap by half; the last has three quarters of itself inside the sound, and is filled up with silence."""
    found = parts(torch.ones(frames, MELS))
    assert [(FRAMES, MELS)] * count == [tuple(part.shape) for part in found]
    assert min(FRAMES, frames - (count - 1) * STEP) == found[-1][:, 0].sum()
