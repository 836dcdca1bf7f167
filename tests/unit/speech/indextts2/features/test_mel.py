import numpy as np
import pytest
import torch
from transformers.audio_utils import mel_filter_bank, spectrogram, window_function

from speech.indextts2.configuration import Preprocess, Spectrogram
from speech.indextts2.features.mel import log_mel
from tests.support.recordings import voice

OFFICIAL = Preprocess(22050, Spectrogram(n_fft=1024, win_length=1024, hop_length=256, n_mels=80, fmin=0))


@pytest.mark.parametrize(
    "config",
    [OFFICIAL, Preprocess(16000, Spectrogram(n_fft=512, win_length=400, hop_length=160, n_mels=40, fmin=50))],
    ids=["official", "other"],
)
def test_mel_is_the_fields(config: Preprocess) -> None:
    """Slaney's filters on amplitudes, as transformers computes them from samples mirrored at both ends."""
    size = config.spect_params
    samples = voice(1.0, config.sr) + np.random.default_rng(0).normal(0, 0.01, config.sr).astype(np.float32)
    filters = mel_filter_bank(
        size.n_fft // 2 + 1, size.n_mels, size.fmin, config.sr / 2, config.sr, norm="slaney", mel_scale="slaney"
    )
    window = np.zeros(size.n_fft)
    start = (size.n_fft - size.win_length) // 2
    window[start : start + size.win_length] = window_function(size.win_length, "hann")
    expected = spectrogram(
        np.pad(samples, (size.n_fft - size.hop_length) // 2, mode="reflect"),
        window,
        frame_length=size.n_fft,
        hop_length=size.hop_length,
        power=1.0,
        center=False,
        mel_filters=filters,
        mel_floor=1e-5,
        log_mel="log",
    )
    np.testing.assert_allclose(expected, log_mel(torch.from_numpy(samples), config).numpy(), atol=2e-4)


@pytest.mark.parametrize("seconds", [3.0, 15.0])
def test_a_frame_is_a_hop(seconds: float) -> None:
    """As many frames as whole hops, so that a prompt of 15 s has 1291."""
    count = round(22050 * seconds)
    assert (80, count // 256) == log_mel(torch.zeros(count), OFFICIAL).shape


def test_silence_is_the_floor() -> None:
    """Digital silence is finite, near the logarithm of 1e-5, which it cannot fall below."""
    mel = log_mel(torch.zeros(22050), OFFICIAL)
    assert torch.isfinite(mel).all()
    assert mel.min() == pytest.approx(np.log(1e-5))
