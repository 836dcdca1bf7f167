"""The WAV is one that every player takes, and leaves in pieces."""

import io
import wave
from contextlib import ExitStack

import numpy as np
import pytest

from api.problems import Refusal
from api.synthesis import audio
from api.synthesis.audio import AudioMemory, Wav


def test_header() -> None:
    """16-bit mono PCM with the right rate and length, in the plain 44-byte form."""
    wav = Wav()
    wav.append(audio.pcm(np.zeros(240, np.float32)) + audio.silence(0.5, 24000), 24000)
    assert (0.51, 44 + 2 * 12240) == (wav.seconds, len(wav))
    data = b"".join(wav.pieces())
    with wave.open(io.BytesIO(data)) as reader:
        assert (1, 2, 24000, 12240) == reader.getparams()[:4]
    assert 44 + 2 * 12240 == len(data)


def test_pieces() -> None:
    """A long answer leaves in pieces of at most 64 KiB, and what has left is not kept."""
    wav = Wav()
    for sample in range(3):
        wav.append(bytes([sample]) * 100_000, 24000)
    pieces = wav.pieces()
    header, first = next(pieces), next(pieces)
    assert (44, 65536) == (len(header), len(first))
    assert 300_000 - 65536 == sum(len(piece) for piece in pieces)
    assert not wav._parts


def test_clipping() -> None:
    """What is louder than full scale stays at full scale instead of wrapping around."""
    samples = audio.pcm(np.array([0.0, 0.5, 1.0, 1.5, -1.0, -9.0], np.float32))
    assert [0, 16384, 32767, 32767, -32767, -32767] == np.frombuffer(samples, "<i2").tolist()


def test_memory_is_bounded() -> None:
    """What does not fit is refused, and fits when others have left."""
    memory = AudioMemory(1000)
    with memory.hold(600):
        with pytest.raises(Refusal, match="overloaded"), memory.hold(600):
            pass
        with memory.hold(150):
            pass
    with memory.hold(600):
        pass


def test_what_was_sent_makes_room() -> None:
    """An answer is as large as it turned out, less what has gone out, and never less than nothing."""
    memory = AudioMemory(1000)
    with memory.hold(700) as held:
        held.resize(500)
        with memory.hold(250):
            pass
        held.sent(400)
        with memory.hold(650):
            pass
        held.sent(400)
        assert 0 == memory.held_bytes
    assert 0 == memory.held_bytes


def test_short_answers_have_room_of_their_own() -> None:
    """However many long ones are being read slowly."""
    memory = AudioMemory(1000)
    with memory.hold(700), pytest.raises(Refusal, match="overloaded"), memory.hold(100):
        pass
    with memory.hold(750), ExitStack() as short:
        for _ in range(25):
            short.enter_context(memory.hold(10))
        with pytest.raises(Refusal, match="overloaded"), memory.hold(10):
            pass


def test_a_call_alone_always_has_room() -> None:
    """A budget smaller than one answer does not stop the service."""
    memory = AudioMemory(100)
    with memory.hold(500), pytest.raises(Refusal, match="overloaded"), memory.hold(1):
        pass
