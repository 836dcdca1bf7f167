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
from api.views.bodies import Timestamps
from api.views.parsing import Asked

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


class Clips:
    """Files of one segment each, which follow each other without a gap."""

    def __init__(self, encoding: Encoding, engine_rate: int) -> None:
        self.seconds = 0.0
        self.count = 0
        self._encoding, self._rate = encoding, engine_rate

    def add(self, sound: Sound) -> tuple[dict[str, Any], bytes]:
        """What is told of the next file, and the file."""
        speech, segment = sound.speech, sound.segment
        encoder = FileEncoder(self._encoding, self._rate)
        encoder.write(speech.waveform, speech.sample_rate, segment.pause_s)
        told: dict[str, Any] = {
            "index": self.count,
            "text": segment.original,
            "start": segment.start,
            "end": segment.end,
            "start_s": round(self.seconds, 3),
            "duration_s": round(encoder.seconds - segment.pause_s, 3),
            "pause_s": segment.pause_s,
        }
        if sound.label:
            told["label"] = sound.label
        self.seconds += encoder.seconds
        self.count += 1
        return told, b"".join(encoder.finish())


class FrameStream:
    """Frames that each hold a file of one segment, with its place in the text and in time.

    A frame is the length of the rest of it, the length of its header (each four bytes, the highest first), the header
    in JSON of ASCII alone, since a mini-program has no decoder of UTF-8, and the file. Places in the text are in
    Unicode characters. `timestamps` is what is told of when they are heard.
    """

    media_type = "application/vnd.haoshuo.frames"
    in_no_time = False

    def __init__(self, encoding: Encoding, engine_rate: int, timestamps: Timestamps = "none") -> None:
        self._clips, self._timestamps = Clips(encoding, engine_rate), timestamps

    @property
    def seconds(self) -> float:
        return self._clips.seconds

    def add(self, sound: Sound) -> Iterator[bytes]:
        start_s = self.seconds
        header, file = self._clips.add(sound)
        if self._timestamps != "none":
            header |= frame_times(sound, start_s, characters=self._timestamps == "character")
        yield _frame({"type": "audio", **header}, file)

    def finish(self) -> bytes:
        return _frame({"type": "done", "segments": self._clips.count, "duration_s": round(self.seconds, 3)})

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
