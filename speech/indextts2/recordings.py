"""The recording that a voice is made from: decoded, checked, and brought to a usual level."""

import io
from dataclasses import dataclass

import numpy as np
import soundfile
import soxr
from numpy.typing import NDArray

from speech.errors import (
    RecordingClippedError,
    RecordingSilentError,
    RecordingTooLargeError,
    RecordingTooShortError,
    RecordingUnreadableError,
)

Samples = NDArray[np.float32]

MAX_BYTES = 16 << 20
"""15 s of the largest usual format, 192 kHz stereo in 24 bits, are 17 MB; of CD quality 90 s fit."""

SECONDS = (3.0, 15.0)
"""Shorter says too little of a voice. What is longer is cut, as upstream does: every sentence pays for its prompt."""

RATES = (8_000, 192_000)
CHANNELS = 8

FULL_SCALE = 0.999
CLIPPED_SHARE = 0.001
"""Of the samples; what was merely normalised to full scale touches it a few times."""

FRAME_SECONDS = 0.02
LOUD_PERCENTILE = 90
SILENCE = 10 ** (-50 / 20)
LEVELS = (10 ** (-32 / 20), 10 ** (-12 / 20))
"""Of the loud frames. Within it a recording stays as it is; beyond, the voice would be as faint or as loud."""

PEAK = 0.98


@dataclass(frozen=True, eq=False)
class Recording:
    """Mono samples `[n]`, −1…1, of 3 to 15 s."""

    samples: Samples
    rate: int

    def at(self, rate: int) -> Samples:
        """The samples at another rate, in Hz."""
        resampled: Samples = soxr.resample(self.samples, self.rate, rate, soxr.HQ)
        return resampled


def decode(content: bytes) -> Recording:
    """A recording from a file of any format that libsndfile reads: WAV, FLAC, OGG, MP3 and others.

    Raises `RecordingError`: its subclass says whether the recording is too large, unreadable, too short, silent or
    clipped, and its message is for whoever made it.
    """
    if len(content) > MAX_BYTES:
        raise RecordingTooLargeError(f"录音文件最大 {MAX_BYTES >> 20} MB，请剪短或压缩后再上传")
    channels, rate = _read(content)
    _check_length(len(channels), rate)
    _check_clipping(channels)
    mono = channels.mean(axis=1)
    return Recording(mono * _gain(mono, rate), rate)


def _read(content: bytes) -> tuple[Samples, int]:
    """The first 15 s, `[n, channels]`; no more is decoded, however much a small file may hold."""
    try:
        with soundfile.SoundFile(io.BytesIO(content)) as file:
            rate = file.samplerate
            _check_format(rate, file.channels)
            channels: Samples = file.read(int(SECONDS[1] * rate), dtype="float32", always_2d=True)
    except (soundfile.SoundFileError, OSError, ValueError, TypeError) as error:
        raise RecordingUnreadableError("无法识别的录音，请上传 WAV、FLAC、OGG 或 MP3 文件") from error
    if not np.isfinite(channels).all():
        raise RecordingUnreadableError("录音数据已损坏，请重新录制")
    return channels, rate


def _check_format(rate: int, channels: int) -> None:
    low, high = RATES
    if not low <= rate <= high:
        raise RecordingUnreadableError(f"录音的采样率应在 {low} 到 {high} Hz 之间，收到 {rate}")
    if channels > CHANNELS:
        raise RecordingUnreadableError(f"录音最多 {CHANNELS} 个声道，收到 {channels} 个")


def _check_length(count: int, rate: int) -> None:
    shortest = SECONDS[0]
    if count < shortest * rate:
        raise RecordingTooShortError(f"录音至少要有 {shortest:g} 秒，收到 {count / rate:.1f} 秒")


def _check_clipping(channels: Samples) -> None:
    if np.mean(np.abs(channels) >= FULL_SCALE) > CLIPPED_SHARE:
        raise RecordingClippedError("录音音量过大，声音已失真，请降低音量或离麦克风远一些再录")


def _gain(mono: Samples, rate: int) -> np.float32:
    """What brings the level of the loud frames within `LEVELS`, as far as no sample goes beyond `PEAK`."""
    size = int(FRAME_SECONDS * rate)
    frames = mono[: len(mono) // size * size].reshape(-1, size)
    level = np.percentile(np.sqrt(np.mean(frames**2, axis=1)), LOUD_PERCENTILE)
    if level < SILENCE:
        raise RecordingSilentError("录音里几乎没有声音，请检查麦克风后再录")
    return np.float32(min(np.clip(level, *LEVELS) / level, PEAK / np.abs(mono).max()))
