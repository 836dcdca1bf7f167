import io
import wave

import numpy as np
import pytest

from speech.errors import RecordingError
from speech.indextts2.recordings import MAX_BYTES, Recording, decode
from tests.support.recordings import file, voice


def _rms(samples: np.ndarray) -> float:  # type: ignore[type-arg]  # of any kind of float
    return float(np.sqrt(np.mean(samples**2)))


@pytest.mark.parametrize(
    ("kind", "subtype", "tolerance"),
    [
        ("WAV", "PCM_16", 1e-4),
        ("WAV", "PCM_24", 1e-6),
        ("WAV", "FLOAT", 0.0),
        ("WAV", "ULAW", 0.02),
        ("FLAC", "PCM_16", 1e-4),
        ("AIFF", "PCM_16", 1e-4),
        ("OGG", "VORBIS", 0.1),
        ("OGG", "OPUS", 0.1),
        ("MP3", "MPEG_LAYER_III", 0.1),
    ],
)
def test_every_common_format_is_read(kind: str, subtype: str, tolerance: float) -> None:
    """The samples of the file, at its own rate, as near as the format keeps them."""
    samples = voice()
    recording = decode(file(samples, 24000, kind, subtype))
    assert 24000 == recording.rate
    assert "float32" == recording.samples.dtype.name
    kept = recording.samples[: len(samples)]
    assert len(samples) == pytest.approx(len(recording.samples), rel=0.03)
    assert np.abs(samples[: len(kept)] - kept).max() <= tolerance


@pytest.mark.parametrize("rate", [8000, 16000, 44100, 96000])
def test_channels_become_one(rate: int) -> None:
    """Two channels give their mean, at any rate."""
    left, right = voice(rate=rate, pitch=120), voice(rate=rate, pitch=200)
    recording = decode(file(np.stack([left, right], axis=1), rate, subtype="FLOAT"))
    assert rate == recording.rate
    np.testing.assert_allclose((left + right) / 2, recording.samples, atol=1e-6)


def test_a_long_recording_is_cut() -> None:
    """Of 40 s the first 15 are used; of 15 s all."""
    samples = voice(40, 8000)
    for seconds in (15, 40):
        recording = decode(file(samples[: seconds * 8000], 8000, subtype="FLOAT"))
        np.testing.assert_array_equal(samples[: 15 * 8000], recording.samples)


def test_a_small_file_of_many_hours_is_not_decoded_whole() -> None:
    """A header that promises far more than there is, or than anyone has memory for, costs 15 s at the most."""
    content = bytearray(file(voice(), subtype="PCM_16"))
    content[40:44] = (2**32 - 2).to_bytes(4, "little")
    assert 4 * 24000 == len(decode(bytes(content)).samples)


def test_resampling_keeps_the_sound() -> None:
    """At another rate the same tone lasts as long and is as loud."""
    recording = decode(file(voice(3.0, 44100), 44100, subtype="FLOAT"))
    for rate in (16000, 22050):
        samples = recording.at(rate)
        assert np.float32 == samples.dtype
        assert 3 * rate == len(samples)
        assert _rms(recording.samples) == pytest.approx(_rms(samples), rel=1e-3)
        np.testing.assert_allclose(voice(3.0, rate)[rate : 2 * rate], samples[rate : 2 * rate], atol=2e-3)


@pytest.mark.parametrize("level", [0.1, 0.25])
def test_a_usual_level_is_left_alone(level: float) -> None:
    """What is neither faint nor loud stays as it is, to the sample."""
    samples = voice(level=level)
    np.testing.assert_array_equal(samples, decode(file(samples, subtype="FLOAT")).samples)


def test_faint_recordings_are_raised() -> None:
    """However faint they were, to one level, at the lower end of the usual."""
    faint, fainter = (decode(file(voice(level=level), subtype="FLOAT")).samples for level in (0.01, 0.006))
    assert _rms(faint) == pytest.approx(_rms(fainter))
    assert _rms(voice(level=0.01)) < _rms(faint) < _rms(voice(level=0.05))


def test_raising_the_level_clips_nothing() -> None:
    """A faint voice with one loud knock is raised only as far as the knock allows."""
    samples = voice(level=0.006)
    samples[1000] = 0.9
    recording = decode(file(samples, subtype="FLOAT"))
    assert np.abs(recording.samples).max() == pytest.approx(0.98)


def _clipped() -> bytes:
    return file(np.clip(voice(level=2.0), -1, 1))


def _broken() -> bytes:
    samples = voice()
    samples[5000] = np.nan
    return file(samples, subtype="FLOAT")


def _cut_off() -> bytes:
    return file(voice(), kind="FLAC")[:20]


@pytest.mark.parametrize(
    ("content", "message"),
    [
        (b"", "recording_unreadable: 无法识别的录音"),
        (b"\x00" * 100_000, "recording_unreadable: 无法识别的录音"),
        (b"RIFF\xff\xff\xff\xffWAVEfmt ", "recording_unreadable: 无法识别的录音"),
        (_cut_off(), "recording_unreadable: 无法识别的录音"),
        (_broken(), "recording_unreadable: 录音数据已损坏"),
        (file(voice(rate=4000), 4000), "recording_unreadable: 录音的采样率应在 8000 到 192000 Hz 之间，收到 4000"),
        (file(np.zeros((24000 * 4, 9), np.float32)), "recording_unreadable: 录音最多 8 个声道，收到 9 个"),
        (b"\x00" * (MAX_BYTES + 1), "recording_too_large: 录音文件最大 16 MB"),
        (file(voice(2.9)), "recording_too_short: 录音至少要有 3 秒，收到 2.9 秒"),
        (file(voice(0.0)), "recording_too_short: 录音至少要有 3 秒，收到 0.0 秒"),
        (file(np.zeros(24000 * 4, np.float32)), "recording_silent: "),
        (file(voice(level=0.001)), "recording_silent: "),
        (file(np.stack([voice(), -voice()], axis=1)), "recording_silent: "),
        (_clipped(), "recording_clipped: "),
    ],
    ids=lambda value: value[:30] if isinstance(value, str) else "",
)
def test_what_makes_no_voice_is_an_error(content: bytes, message: str) -> None:
    """Each kind of bad recording has its own stable code and says in Chinese what to do."""
    with pytest.raises(RecordingError) as error:
        decode(content)
    assert str(error.value).startswith(message)


def test_a_knock_in_silence_is_silent() -> None:
    """Loudness is that of a voice, not of the loudest moment."""
    samples = np.zeros(24000 * 4, np.float32)
    samples[24000:24200] = 0.9
    with pytest.raises(RecordingError, match="recording_silent"):
        decode(file(samples))


def test_full_scale_is_not_clipped() -> None:
    """A recording normalised to full scale touches it and is good."""
    samples = voice(level=0.1)
    assert isinstance(decode(file(samples / np.abs(samples).max(), subtype="PCM_16")), Recording)


def test_the_wave_module_agrees() -> None:
    """Python's own reader finds the same samples."""
    content = file(voice(), subtype="PCM_16")
    with wave.open(io.BytesIO(content)) as reader:
        expected = np.frombuffer(reader.readframes(reader.getnframes()), "<i2") / np.float32(32768)
    np.testing.assert_array_equal(expected, decode(content).samples)


def test_resampling_leaves_no_aliases() -> None:
    """What the lower rate cannot hold is gone, 100 dB below."""
    tone = 0.3 * np.sin(2 * np.pi * 15000 * np.arange(48000 * 3) / 48000).astype(np.float32)
    samples = Recording(tone, 48000).at(16000)
    assert np.abs(samples[4000:-4000]).max() < 0.3e-5
