"""How each emotion sounds at full intensity, and how a melody is changed before it enters the decoder.

Loudness is a gain of the waveform: of the decoder's input of energy a change that should be 8.7 dB was heard as 0.3.
"""

import numpy as np
from numpy.typing import NDArray

from speech.prosody import Prosody

FULL = {
    "happy": Prosody(duration=0.90, spread=1.35, pitch=1.08, gain=1.10),
    "angry": Prosody(duration=0.86, spread=1.45, pitch=1.03, gain=1.35),
    "sad": Prosody(duration=1.25, spread=0.55, pitch=0.92, gain=0.68),
    "afraid": Prosody(duration=0.84, spread=1.15, pitch=1.12, gain=0.80),
    "disgusted": Prosody(duration=1.14, spread=0.80, pitch=0.93, gain=1.00),
    "melancholic": Prosody(duration=1.16, spread=0.70, pitch=0.96, gain=0.78),
    "surprised": Prosody(duration=0.95, spread=1.60, pitch=1.15, gain=1.15),
    "calm": Prosody(duration=1.08, spread=0.75, pitch=0.98, gain=0.86),
}
"""Any two of these, and any of these and the neutral voice, differ by 5 % of pace, a semitone or a decibel at least."""

VOICED = 50.0
"""Hz; Kokoro's F0 is about 10 where nothing is voiced."""


def melody(f0: NDArray[np.float32], height: float, spread: float) -> NDArray[np.float32]:
    """F0 in Hz with its mean `height` times as high, and each interval from there `spread` times as wide, in log."""
    voiced = f0 > VOICED
    if not voiced.any():
        return f0
    logs = np.log(f0, where=voiced, out=np.zeros_like(f0))
    mean = logs[voiced].mean()
    changed: NDArray[np.float32] = np.where(voiced, height * np.exp(mean + spread * (logs - mean)), f0)
    return changed.astype(np.float32)
