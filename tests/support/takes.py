"""Takes of a voice that nobody spoke, for benchmarks.voice."""

import numpy as np

from benchmarks.voice.intelligibility import Understood
from benchmarks.voice.judges.melody import Melody
from benchmarks.voice.judges.mos import Opinion
from benchmarks.voice.takes import Take


def taken(
    errors: int = 1, *, f0_hz: float = 200.0, f0_range: float = 6.0, level_db: float = -20.0, seconds: float = 2.0
) -> Take:
    """Of ten syllables."""
    return Take(
        text="他在市场买了两个瓜吗",
        heard="他在商场买了两个瓜吗",
        understood=Understood(errors, 10),
        opinion=Opinion(3.5, 4.0, 3.25),
        melody=Melody(f0_hz, f0_range, level_db, seconds),
        embedding=np.array([1, 0], np.float32),
    )
