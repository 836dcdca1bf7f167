"""Reads files of every format as a player does."""

import io
from collections.abc import Sequence

import av
import numpy as np
from numpy.typing import NDArray

from api.audio.formats import Format

RAW = {"pcm": "s16le", "ulaw": "mulaw", "alaw": "alaw"}


def decode(data: bytes, form: Format, rate: int) -> NDArray[np.float32]:
    """Mono samples, by FFmpeg's decoders, with what the container says of their beginning and end."""
    raw = RAW.get(form.name)
    options = {"sample_rate": str(rate)} if raw else {}
    with av.open(io.BytesIO(data), "r", format=raw, options=options) as container:
        assert rate == container.streams.audio[0].rate or form.name == "opus"
        resampler = av.AudioResampler("flt", "mono", rate)
        frames = [*container.decode(audio=0)]
        parts: Sequence[av.AudioFrame] = [part for frame in [*frames, None] for part in resampler.resample(frame)]
        return np.concatenate([part.to_ndarray()[0] for part in parts])
