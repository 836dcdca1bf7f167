"""torchaudio's resampler: what it lets through, and how long the result is."""

import math

import pytest
import torch

from speech.indextts2.features.resampling import resample

RATE, NEW = 22050, 16000


def _level(frequency: float) -> float:
    """Of a sine after resampling, in dB, the edges left out."""
    time = torch.arange(2 * RATE, dtype=torch.float64) / RATE
    resampled = resample(torch.sin(2 * math.pi * frequency * time).float(), RATE, NEW)[2000:-2000]
    return 20 * math.log10(resampled.square().mean().sqrt().item() * math.sqrt(2))


@pytest.mark.parametrize(
    ("frequency", "decibels"),
    [(100, 0.0), (1000, 0.0), (6000, -0.2), (7000, -1.8), (7300, -2.8), (7800, -5.2), (7900, -5.8)],
)
def test_what_it_lets_through(frequency: float, decibels: float) -> None:
    """As measured of torchaudio 2.11: softer at the edge than soxr, which is at -25 dB there."""
    assert decibels == pytest.approx(_level(frequency), abs=0.25)


@pytest.mark.parametrize("count", [1, 440, 441, 442, 66150, 66151])
def test_the_length(count: int) -> None:
    """Every sample that begins within the recording."""
    assert math.ceil(count * NEW / RATE) == len(resample(torch.zeros(count), RATE, NEW))


def test_a_rate_that_is_right_stays() -> None:
    """Not a sample changes."""
    samples = torch.rand(100)
    assert torch.equal(samples, resample(samples, NEW, NEW))


def test_a_sine_stays_in_phase() -> None:
    """Sample by sample the sine of the new rate."""
    time, new = torch.arange(RATE) / RATE, torch.arange(NEW) / NEW
    resampled = resample(torch.sin(2 * math.pi * 440 * time), RATE, NEW)
    assert (resampled - torch.sin(2 * math.pi * 440 * new))[500:-500].abs().max() < 1e-3
