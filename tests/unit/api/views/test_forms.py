"""What a stream's reader gets: the same speech in every form, soon, and word of what goes wrong."""

import base64
import json
from dataclasses import replace
from itertools import chain
from typing import Any

import numpy as np
import pytest
from numpy.typing import NDArray

from api.audio.encoder import FileEncoder, StreamEncoder
from api.audio.formats import FORMATS, Encoding
from api.engine.engine import Speech, Waveform
from api.synthesis.segments import Segment
from api.synthesis.synthesizer import Sound
from api.views.forms import AudioStream, EventStream, FrameStream, Stream
from tests.support.files import decode
from tests.support.frames import parse_frames
from tests.support.sounds import times

RATE = 24000
TEXT = "你好。再见！"
LONGEST_DELAY_S = {"mp3": 0.06, "aac": 1024 / RATE}
"""By which a stream of the format begins with silence: it has no mark that a player leaves out."""

KEPT_BACK_S = 0.4
"""Of sound that was written a stream may hold so much back: an encoder's delay, and MP4's fragments."""


def tone(seconds: float, hertz: float) -> Waveform:
    time = np.arange(round(seconds * RATE)) / RATE
    envelope = np.minimum(1, 20 * np.minimum(time, seconds - time))
    wave: Waveform = (0.4 * envelope * np.sin(2 * np.pi * hertz * time)).astype(np.float32)
    return wave


SOUNDS = [
    Sound(Speech(tone(1.0, 300), RATE), Segment("你好。", 0, 3, 0.35)),
    Sound(Speech(tone(0.7, 700), RATE), Segment("再见！", 3, 6, 0.0)),
]
WHOLE = np.concatenate([tone(1.0, 300), np.zeros(round(0.35 * RATE), np.float32), tone(0.7, 700)])


def sent(stream: Stream) -> bytes:
    return b"".join([*chain.from_iterable(map(stream.add, SOUNDS)), stream.finish()])


def events(data: bytes) -> list[dict[str, Any]]:
    *lines, end = data.decode().split("\n\n")
    assert not end
    return [json.loads(line.removeprefix("data: ")) for line in lines]


def alike(wanted: NDArray[np.float32], heard: NDArray[np.float32], longest_delay: int) -> float:
    """How well what is heard correlates with what is wanted, at the best delay."""
    delays = range(0, longest_delay + 1, 4)
    found = (heard[delay : delay + wanted.size] for delay in delays)
    return max(float(np.corrcoef(wanted[: part.size], part)[0, 1]) for part in found)


@pytest.mark.parametrize("name", FORMATS)
def test_the_speech_is_in_the_stream(name: str) -> None:
    """Every format decodes to the sounds with their pauses, in one piece, whatever was sent when."""
    form = FORMATS[name]
    stream = AudioStream(Encoding(form), RATE)
    rate = Encoding(form).rate_of(RATE)
    heard = decode(sent(stream), form, rate)
    delay = round(LONGEST_DELAY_S.get(name, 0.001) * rate)
    wanted = WHOLE[:: RATE // rate]
    assert -rate // 1000 <= heard.size - wanted.size <= delay + rate // 15
    assert alike(wanted, heard, delay) > 0.97
    assert stream.seconds == pytest.approx(2.05, abs=1e-3)


@pytest.mark.parametrize("name", ["wav", "flac", "pcm"])
def test_lossless_streams(name: str) -> None:
    """They have exactly the samples of the whole answer."""
    whole = FileEncoder(Encoding(FORMATS[name]), RATE)
    for sound in SOUNDS:
        whole.write(sound.speech.waveform, RATE, sound.segment.pause_s)
    expected = decode(b"".join(whole.finish()), FORMATS[name], RATE)
    stream = sent(AudioStream(Encoding(FORMATS[name]), RATE))
    assert np.array_equal(expected, decode(stream, FORMATS[name], RATE))


@pytest.mark.parametrize("name", FORMATS)
def test_a_sound_is_sent_at_once(name: str) -> None:
    """After the first sound nearly all of it is on its way, before anything of the second is known."""
    form = FORMATS[name]
    heard = decode(b"".join(AudioStream(Encoding(form), RATE).add(SOUNDS[0])), form, Encoding(form).rate_of(RATE))
    assert heard.size / Encoding(form).rate_of(RATE) > 1.35 - KEPT_BACK_S


@pytest.mark.parametrize("rate", [None, 48000])
@pytest.mark.parametrize("name", FORMATS)
def test_the_first_half_second_is_sent_first(name: str, rate: int | None) -> None:
    """Before the rest is encoded; the stream is the same to the byte as one whose sounds are encoded as wholes."""
    encoding = Encoding(FORMATS[name], rate if rate in FORMATS[name].rates else None)
    stream, whole = AudioStream(encoding, RATE), StreamEncoder(encoding, RATE)
    parts = stream.add(SOUNDS[0])
    beginning = next(parts)
    assert 0.5 == pytest.approx(stream.seconds)
    assert decode(beginning, FORMATS[name], encoding.rate_of(RATE)).size / encoding.rate_of(RATE) > 0.5 - KEPT_BACK_S
    for sound in SOUNDS:
        whole.write(sound.speech.waveform, RATE, sound.segment.pause_s)
    assert whole.finish() == b"".join([beginning, *parts, *stream.add(SOUNDS[1]), stream.finish()])


def test_events() -> None:
    """The deltas are the file; the end says what was used."""
    *deltas, done = events(sent(EventStream(Encoding(FORMATS["mp3"]), RATE)))
    assert {"speech.audio.delta"} == {event["type"] for event in deltas}
    assert sent(AudioStream(Encoding(FORMATS["mp3"]), RATE)) == b"".join(
        base64.b64decode(event["audio"], validate=True) for event in deltas
    )
    usage = {"input_tokens": 6, "output_tokens": 0, "total_tokens": 6, "characters": 6, "seconds": 2.05}
    assert {"type": "speech.audio.done", "usage": usage} == done


def test_frames() -> None:
    """Each is a file of one segment, with its place in the text and in time; the last says how many there were."""
    *frames, (done, nothing) = parse_frames(sent(FrameStream(Encoding(FORMATS["mp3"]), RATE)))
    first, second = (header for header, _ in frames)
    assert first == {
        "type": "audio",
        "index": 0,
        "text": "你好。",
        "start": 0,
        "end": 3,
        "start_s": 0.0,
        "duration_s": 1.0,
        "pause_s": 0.35,
    }
    assert (1, TEXT[3:], 1.35, 0.7) == (second["index"], second["text"], second["start_s"], second["duration_s"])
    lengths = [decode(file, FORMATS["mp3"], RATE).size / RATE for _, file in frames]
    assert [1.35, 0.7] == pytest.approx(lengths, abs=1e-3)
    assert ({"type": "done", "segments": 2, "duration_s": 2.05}, b"") == (done, nothing)


def test_frames_with_times() -> None:
    """A frame's header tells its sentences, and if asked for its characters, in the time of the whole stream."""
    known = [
        replace(SOUNDS[0], speech=Speech(tone(1.0, 300), RATE, times((0, 0.4), (0.4, 1), (1, 1)))),
        replace(SOUNDS[1], speech=Speech(tone(0.7, 700), RATE, times((0, 0.3), (0.3, 0.7), (0.7, 0.7)))),
    ]
    stream = FrameStream(Encoding(FORMATS["mp3"]), RATE, "character")
    *frames, _ = parse_frames(b"".join([*chain.from_iterable(map(stream.add, known)), stream.finish()]))
    assert [[0, 0.4], [0.4, 1], [1, 1]] == frames[0][0]["characters"]
    assert [[1.35, 1.65], [1.65, 2.05], [2.05, 2.05]] == frames[1][0]["characters"]
    (sentence,) = frames[1][0]["sentences"]
    assert ("再见！", 3, 6) == (sentence["text"], sentence["start"], sentence["end"])
    assert [1.35, 2.05] == pytest.approx([sentence["start_s"], sentence["end_s"]], abs=0.02)
    ((header, _), *_) = parse_frames(b"".join(FrameStream(Encoding(FORMATS["mp3"]), RATE, "sentence").add(known[0])))
    assert "characters" not in header
    assert 1 == len(header["sentences"])


def test_word_of_what_goes_wrong() -> None:
    """Events and frames tell of an error; bare audio cannot."""
    problem, encoding = {"error": "坏了", "code": "synthesis_failed"}, Encoding(FORMATS["mp3"])
    assert [{"type": "error", **problem}] == events(EventStream(encoding, RATE).fail(problem))
    assert [({"type": "error", **problem}, b"")] == parse_frames(FrameStream(encoding, RATE).fail(problem))
    assert AudioStream(encoding, RATE).fail(problem) is None
