"""A file of every format is the speech that went into it: as long, as loud, and playable."""

import io

import av
import numpy as np
import pytest
import soundfile
from numpy.typing import NDArray

from api.audio.encoder import FileEncoder, samples_of
from api.audio.formats import FORMATS, Encoding
from api.engine.engine import Waveform
from tests.support.files import decode

RATE = 24000
LOSSLESS = ("wav", "flac", "pcm")
FRAME = 1024
"""Samples of an AAC frame: ADTS begins with one before the first sample, and both containers end with a whole one."""

QUIETER = {"mp3": 0.45}
"""Decibels: LAME leaves that much room for its own rounding."""


def tone(seconds: float, rate: int = RATE, hertz: float = 440.0) -> Waveform:
    """With a quiet beginning and end, as speech has them."""
    time = np.arange(round(seconds * rate)) / rate
    envelope = np.minimum(1, 20 * np.minimum(time, seconds - time))
    wave: Waveform = (0.4 * envelope * np.sin(2 * np.pi * hertz * time)).astype(np.float32)
    return wave


def encode(encoding: Encoding, *parts: tuple[Waveform, int, float]) -> bytes:
    encoder = FileEncoder(encoding, parts[0][1])
    for waveform, rate, pause_s in parts:
        encoder.write(waveform, rate, pause_s)
    return b"".join(encoder.finish())


def level(samples: NDArray[np.float32]) -> float:
    """Decibels."""
    return float(10 * np.log10(np.mean(samples.astype(np.float64) ** 2)))


@pytest.mark.parametrize(("name", "rate"), [(form.name, rate) for form in FORMATS.values() for rate in form.rates])
def test_the_speech_is_in_the_file(name: str, rate: int) -> None:
    """Whatever the rate: as long, at the same place, and as loud."""
    form, speech = FORMATS[name], tone(1.3)
    heard = decode(encode(Encoding(form, rate), (speech, RATE, 0.25)), form, rate)[form.lead :]
    assert -1 <= heard.size - round(1.55 * rate) <= (FRAME if form.codec == "aac" else rate // 1000)
    assert level(speech) == pytest.approx(level(heard[: round(1.3 * rate)]) + QUIETER.get(name, 0), abs=0.1)
    wanted = tone(1.3, rate)
    alike = np.corrcoef(wanted, heard[: wanted.size])[0, 1]
    assert alike > 0.99


@pytest.mark.parametrize("name", LOSSLESS)
def test_lossless_formats(name: str) -> None:
    """They have exactly the samples that were made, and the pauses between them."""
    form = FORMATS[name]
    heard = decode(encode(Encoding(form), (tone(0.5), RATE, 0.1), (tone(0.7), RATE, 0.0)), form, RATE)
    silence = np.zeros(2400, np.float32)
    wanted = samples_of(np.concatenate([tone(0.5), silence, tone(0.7)]), RATE, RATE)
    assert np.array_equal(wanted, np.rint(heard * 32768).astype(np.int16))


def test_a_wav_has_the_plain_header() -> None:
    """44 bytes, which simple readers take for granted."""
    data = encode(Encoding(), (tone(0.5), RATE, 0.0))
    assert (b"RIFF", b"data", 44 + 2 * 12000) == (data[:4], data[36:40], len(data))


@pytest.mark.parametrize("name", ["wav", "mp3", "flac", "opus"])
def test_another_reader(name: str) -> None:
    """libsndfile takes them too, and finds the same length."""
    form = FORMATS[name]
    samples, rate = soundfile.read(io.BytesIO(encode(Encoding(form), (tone(1.0), RATE, 0.5))))
    assert 1.5 == pytest.approx(len(samples) / rate, abs=0.05)


def test_the_index_of_an_m4a_comes_first() -> None:
    """A player need not read to the end before it can begin."""
    data = encode(Encoding(FORMATS["m4a"]), (tone(2.0), RATE, 0.0))
    assert 0 < data.index(b"moov") < data.index(b"mdat")


def test_an_m4a_says_how_long_it_is() -> None:
    """Whatever its last frame has room for."""
    with av.open(io.BytesIO(encode(Encoding(FORMATS["m4a"]), (tone(1.3), RATE, 0.25))), "r") as container:
        assert 1.55 == pytest.approx((container.duration or 0) / av.time_base, abs=0.001)


def test_bit_rates_are_kept() -> None:
    """Twice the bit rate is about twice the file."""
    low, high = (len(encode(Encoding(FORMATS["mp3"], None, rate), (tone(4.0), RATE, 0.0))) for rate in (32_000, 64_000))
    assert 2 == pytest.approx(high / low, rel=0.1)


def test_engines_with_different_rates() -> None:
    """One answer may come from several servers: it has the rate of its first sound, and the right length."""
    heard = decode(encode(Encoding(), (tone(0.5), 24000, 0.0), (tone(0.5, 22050), 22050, 0.0)), FORMATS["wav"], 24000)
    assert 24000 == pytest.approx(heard.size, abs=1)


@pytest.mark.parametrize("name", FORMATS)
def test_the_same_speech_is_the_same_file(name: str) -> None:
    """Byte for byte: what is cached or compared does not differ for nothing."""
    encoding = Encoding(FORMATS[name])
    assert encode(encoding, (tone(0.5), RATE, 0.0)) == encode(encoding, (tone(0.5), RATE, 0.0))


def test_clipping() -> None:
    """What is louder than full scale stays at full scale instead of wrapping around."""
    samples = samples_of(np.array([0.0, 0.5, 1.0, 1.5, -1.0, -9.0], np.float32), RATE, RATE)
    assert [0, 16384, 32767, 32767, -32767, -32767] == samples.tolist()


def test_a_long_file_leaves_in_pieces() -> None:
    """Of at most 64 KiB, so that what was sent can be forgotten."""
    encoder = FileEncoder(Encoding(), RATE)
    encoder.write(tone(4.0), RATE, 0.0)
    sizes = [len(piece) for piece in encoder.finish()]
    assert [65536] * (len(sizes) - 1) == sizes[:-1]
    assert 44 + 2 * 4 * RATE == sum(sizes)
    assert 4.0 == encoder.seconds


def test_what_takes_a_thread() -> None:
    """Only samples that stay as they are do not."""
    assert FileEncoder(Encoding(), RATE).in_no_time
    assert not FileEncoder(Encoding(FORMATS["wav"], 48000), RATE).in_no_time
    assert not FileEncoder(Encoding(FORMATS["mp3"]), RATE).in_no_time
