"""DNSMOS P.835 (Reddy et al., 2022, arXiv:2110.01763): how a model guesses that listeners would rate a sound."""

from dataclasses import dataclass
from importlib.resources import files

import numpy as np

from benchmarks.voice.sources import RATE, Waveform
from speech.onnx import session

SAMPLES = int(9.01 * RATE)
"""That the model hears at once."""

CALIBRATION = {
    "signal": (-0.08397278, 1.22083953, 0.0052439),
    "background": (-0.13166888, 1.60915514, -0.39604546),
    "overall": (-0.06766283, 1.11546468, 0.04602535),
}
"""Polynomials of the model's three outputs, in their order, as PyPI speechmos 0.0.1.1 has them."""


@dataclass(frozen=True)
class Opinion:
    """Each 1 (bad) … 5 (excellent)."""

    signal: float
    background: float
    overall: float


class Mos:
    def __init__(self, threads: int) -> None:
        self._session = session((files("speechmos") / "dnsmos_models/sig_bak_ovr.onnx").read_bytes(), threads)

    def judge(self, waveform: Waveform) -> Opinion:
        """Of the whole sound: the mean over windows that begin a second apart; a short one is repeated."""
        heard = [self._session.run(None, {"input_1": window[np.newaxis]})[0][0] for window in windows(waveform)]
        raw = zip(CALIBRATION.items(), np.transpose(heard), strict=True)
        return Opinion(**{name: float(np.mean(np.polyval(polynomial, values))) for (name, polynomial), values in raw})


def windows(waveform: Waveform) -> list[Waveform]:
    """Pieces of `SAMPLES` samples, doubled until there are as many, as speechmos does."""
    while len(waveform) < SAMPLES:
        waveform = np.append(waveform, waveform)
    return [waveform[start : start + SAMPLES] for start in range(0, len(waveform) - SAMPLES + 1, RATE)]
