"""How the sounds of a stream are put into one answer: bare audio, frames, or server-sent events."""

import json
from base64 import b64encode
from collections.abc import Callable, Iterator, Mapping
from functools import partial
from typing import Any, Protocol

from api.audio.encoder import FileEncoder, StreamEncoder
from api.audio.formats import Encoding
from api.synthesis.synthesizer import Sound
from api.timing.timeline import frame_times
from api.views.bodies import Asked, Timestamps

Fields = Mapping[str, Any]


class Stream(Protocol):
    """An answer that grows by sounds; `seconds` is of the audio so far.

    Where `in_no_time` is not set, what it does takes long enough to be done in a thread.
    """

    @property
    def media_type(self) -> str: ...

    @property
    def seconds(self) -> float: ...

    @property
    def in_no_time(self) -> bool: ...

    def add(self, sound: Sound) -> Iterator[bytes]:
        """What is to be sent, in parts: the beginning of a stream is there before the rest of its first sound."""
        ...

    def finish(self) -> bytes: ...

    def fail(self, problem: Fields) -> bytes | None:
        """What tells the reader why there is no more; None where the answer has no place for that."""
        ...


class AudioStream:
    """One file, sent while it grows."""

    def __init__(self, encoding: Encoding, engine_rate: int) -> None:
        self.media_type = encoding.format.media_type
        self._encoder = StreamEncoder(encoding, engine_rate)
        self.in_no_time = self._encoder.in_no_time

    @property
    def seconds(self) -> float:
        return self._encoder.seconds

    def add(self, sound: Sound) -> Iterator[bytes]:
        return self._encoder.parts(sound.speech.waveform, sound.speech.sample_rate, sound.segment.pause_s)

    def finish(self) -> bytes:
        return self._encoder.finish()

    def fail(self, problem: Fields) -> bytes | None:  # noqa: ARG002 - other forms tell it
        return None


class EventStream:
    """One file in pieces, each in an event as OpenAI's clients know them: `speech.audio.delta` and `.done`."""

    media_type = "text/event-stream"

    def __init__(self, encoding: Encoding, engine_rate: int) -> None:
        self._audio = AudioStream(encoding, engine_rate)
        self.in_no_time = self._audio.in_no_time
        self._characters = 0

    @property
    def seconds(self) -> float:
        return self._audio.seconds

    def add(self, sound: Sound) -> Iterator[bytes]:
        self._characters = sound.segment.end
        return map(_delta, self._audio.add(sound))

    def finish(self) -> bytes:
        characters = self._characters
        usage = {
            "input_tokens": characters,
            "output_tokens": 0,
            "total_tokens": characters,
            "characters": characters,
            "seconds": round(self.seconds, 3),
        }
        return _delta(self._audio.finish()) + _event({"type": "speech.audio.done", "usage": usage})

    def fail(self, problem: Fields) -> bytes:
        return _event({"type": "error", **problem})


class FrameStream:
    """Frames that each hold a file of one segment, with its place in the text and in time.

    A frame is the length of the rest of it, the length of its header (each four bytes, the highest first), the header
    in JSON of ASCII alone, since a mini-program has no decoder of UTF-8, and the file. Places in the text are in
    Unicode characters. `timestamps` is what is told of when they are heard.
    """

    media_type = "application/vnd.haoshuo.frames"
    in_no_time = False

    def __init__(self, encoding: Encoding, engine_rate: int, timestamps: Timestamps = "none") -> None:
        self.seconds = 0.0
        self._encoding, self._rate, self._timestamps = encoding, engine_rate, timestamps
        self._count = 0

    def add(self, sound: Sound) -> Iterator[bytes]:
        speech, segment = sound.speech, sound.segment
        encoder = FileEncoder(self._encoding, self._rate)
        encoder.write(speech.waveform, speech.sample_rate, segment.pause_s)
        header = {
            "type": "audio",
            "index": self._count,
            "text": segment.original,
            "start": segment.start,
            "end": segment.end,
            "start_s": round(self.seconds, 3),
            "duration_s": round(encoder.seconds - segment.pause_s, 3),
            "pause_s": segment.pause_s,
        }
        if sound.label:
            header["label"] = sound.label
        if self._timestamps != "none":
            header |= frame_times(sound, self.seconds, characters=self._timestamps == "character")
        self.seconds += encoder.seconds
        self._count += 1
        yield _frame(header, b"".join(encoder.finish()))

    def finish(self) -> bytes:
        return _frame({"type": "done", "segments": self._count, "duration_s": round(self.seconds, 3)})

    def fail(self, problem: Fields) -> bytes:
        return _frame({"type": "error", **problem})


def stream_of(asked: Asked, engine_rate: int) -> Stream:
    """The answer that was asked for, of an engine of so many samples a second."""
    forms: Mapping[str, Callable[[Encoding, int], Stream]] = {
        "audio": AudioStream,
        "sse": EventStream,
        "frames": partial(FrameStream, timestamps=asked.timestamps),
    }
    return forms[asked.stream_format](asked.encoding, engine_rate)


def _delta(audio: bytes) -> bytes:
    return _event({"type": "speech.audio.delta", "audio": b64encode(audio).decode()}) if audio else b""


def _event(fields: Fields) -> bytes:
    return b"data: " + _json(fields) + b"\n\n"


def _frame(header: Fields, payload: bytes = b"") -> bytes:
    head = _json(header)
    return b"".join([(4 + len(head) + len(payload)).to_bytes(4), len(head).to_bytes(4), head, payload])


def _json(fields: Fields) -> bytes:
    return json.dumps(fields).encode()
