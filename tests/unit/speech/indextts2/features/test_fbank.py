from typing import Any

import numpy as np
import pytest
import torch
from transformers import SeamlessM4TFeatureExtractor

from speech.indextts2.features.fbank import N_BANDS, centred, fbank
from tests.support.recordings import voice


def test_bands_are_kaldis() -> None:
    """transformers' own imitation of Kaldi, which takes 16-bit integers, gives the same bands."""
    samples = voice(3.0, 16000) + np.random.default_rng(0).normal(0, 0.01, 48000).astype(np.float32)
    kaldi: Any = SeamlessM4TFeatureExtractor
    expected = kaldi()._extract_fbank_features(samples)
    actual = fbank(torch.from_numpy(samples * 2**15))
    np.testing.assert_allclose(expected, actual.numpy(), atol=2e-4)


@pytest.mark.parametrize(("count", "frames"), [(400, 1), (559, 1), (560, 2), (16000, 98)])
def test_only_whole_frames_count(count: int, frames: int) -> None:
    """A frame of 25 ms every 10 ms, none beyond the end."""
    assert (frames, N_BANDS) == fbank(torch.randn(count)).shape


def test_silence_is_the_floor() -> None:
    """Digital silence is the logarithm of the smallest step, never minus infinity."""
    assert torch.equal(torch.full((98, N_BANDS), 1.1920929e-07).log(), fbank(torch.zeros(16000)))


def test_centred_bands_do_not_know_the_loudness() -> None:
    """Ten times as loud is the same after the mean over time is subtracted."""
    samples = torch.from_numpy(voice(1.0, 16000)) + 0.01 * torch.randn(16000, generator=torch.manual_seed(0))
    plain, loud = centred(fbank(samples)), centred(fbank(10 * samples))
    torch.testing.assert_close(plain, loud, atol=1e-3, rtol=0)
    torch.testing.assert_close(torch.zeros(N_BANDS), plain.mean(dim=0), atol=1e-5, rtol=0)
