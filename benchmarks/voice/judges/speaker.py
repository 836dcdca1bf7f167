"""Whose voice it is, by Resemblyzer's encoder (Wan et al., 2018, arXiv:1710.10467)."""

from importlib.util import find_spec
from pathlib import Path
from typing import Any

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor, nn

from benchmarks.voice.sources import Waveform

MELS, WIDTH, LAYERS = 40, 256, 3
WINDOW, HOP = 400, 160
FRAMES, STEP = 160, 77
"""Of a part of the sound, and between the beginnings of two: 1.3 parts a second."""

COVERED = 0.75
"""The last part needs so much of itself inside the sound, unless it is the only one."""

LEVEL = 10 ** (-30 / 20)
"""Root mean square to which quiet sounds are raised."""

Embedding = NDArray[np.float32]


class Encoder(nn.Module):
    """The network; its weights are the file of PyPI resemblyzer, whose own code needs librosa and webrtcvad."""

    def __init__(self) -> None:
        super().__init__()
        self.lstm = nn.LSTM(MELS, WIDTH, LAYERS, batch_first=True)
        self.linear = nn.Linear(WIDTH, WIDTH)

    def forward(self, mels: Tensor) -> Tensor:
        """`[parts, frames, MELS]` to unit vectors `[parts, WIDTH]`."""
        _, (hidden, _) = self.lstm(mels)
        return nn.functional.normalize(torch.relu(self.linear(hidden[-1])))


class Speaker:
    def __init__(self) -> None:
        spec = find_spec("resemblyzer")
        if spec is None or spec.origin is None:
            raise ModuleNotFoundError("resemblyzer")
        file = Path(spec.origin).with_name("pretrained.pt")
        weights: dict[str, Any] = torch.load(file, map_location="cpu", weights_only=True)
        self._encoder = Encoder()
        self._encoder.load_state_dict({n: w for n, w in weights["model_state"].items() if "similarity" not in n})
        self._filters = _filters()

    @torch.inference_mode()
    def embed(self, waveform: Waveform) -> Embedding:
        """A unit vector `[WIDTH]`, near those of other sounds of the same voice."""
        embeddings = self._encoder(torch.stack(parts(self._mel(waveform))))
        found: Embedding = nn.functional.normalize(embeddings.mean(0), dim=0).numpy()
        return found

    def _mel(self, waveform: Waveform) -> Tensor:
        """Powers `[frames, MELS]`; not their logarithms."""
        sound = torch.from_numpy(waveform)
        sound = sound * max(1.0, LEVEL / float(sound.square().mean().sqrt()))
        spectrum = torch.stft(sound, WINDOW, HOP, window=torch.hann_window(WINDOW), return_complex=True)
        return (self._filters @ spectrum.abs().square()).T


def parts(mel: Tensor) -> list[Tensor]:
    """Overlapping parts of FRAMES frames; the last is filled up with silence."""
    starts = range(0, max(1, len(mel) - int(COVERED * FRAMES) + 1), STEP)
    padded = nn.functional.pad(mel, (0, 0, 0, FRAMES))
    return [padded[start : start + FRAMES] for start in starts]


def _filters() -> Tensor:
    """Slaney's mel filters `[MELS, WINDOW / 2 + 1]`, as librosa makes them."""
    from faster_whisper.feature_extractor import FeatureExtractor  # noqa: PLC0415  only in this benchmark's environment

    return torch.from_numpy(FeatureExtractor.get_mel_filters(16000, WINDOW, MELS)).float()
