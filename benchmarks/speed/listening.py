"""Listens to streams through the edge, as a player does."""

import base64
import json
import time
from collections.abc import AsyncIterator, Callable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any

import aiohttp

from benchmarks.load.records import OK
from benchmarks.load.users import User, Users
from benchmarks.speed.player import Arrival, underrun_s

PCM_BYTES_PER_S = 48_000
MP3_BYTES_PER_S = AAC_BYTES_PER_S = 8_000
OPUS_BYTES_PER_S = 4_000
"""At the bit rates that are the defaults."""

PATH, SESSIONS = "/v1/tts/stream", "/v1/audio/speech/stream"

LENGTH = 4
"""Bytes, of a frame or of a frame's header."""


@dataclass(frozen=True)
class Form:
    """What a stream is asked for, and how long what has arrived of it plays: takes pieces, gives seconds."""

    fields: Mapping[str, str]
    plays: Callable[[bytearray], Iterator[float]]


@dataclass(frozen=True)
class Heard:
    """Of one text: seconds until its first sound, of its audio, and that a player would have had to wait at most."""

    form: str
    characters: int
    first_s: float
    audio_s: float
    underrun_s: float


def _bytes(per_s: int) -> Callable[[bytearray], Iterator[float]]:
    def plays(arrived: bytearray) -> Iterator[float]:
        if arrived:
            yield len(arrived) / per_s
        arrived.clear()

    return plays


def _frames(arrived: bytearray) -> Iterator[float]:
    while len(arrived) >= LENGTH and len(arrived) >= (end := LENGTH + int.from_bytes(arrived[:LENGTH])):
        head = 2 * LENGTH + int.from_bytes(arrived[LENGTH : 2 * LENGTH])
        fields = json.loads(arrived[2 * LENGTH : head])
        del arrived[:end]
        if fields["type"] == "audio":
            yield fields["duration_s"] + fields["pause_s"]


def _events(arrived: bytearray) -> Iterator[float]:
    while (end := arrived.find(b"\n\n")) >= 0:
        fields = json.loads(arrived[len("data: ") : end])
        del arrived[: end + 2]
        if fields["type"] == "speech.audio.delta":
            yield len(base64.b64decode(fields["audio"])) / MP3_BYTES_PER_S


FORMS: Mapping[str, Form] = {
    "frames, mp3": Form({"stream_format": "frames", "response_format": "mp3"}, _frames),
    "audio, mp3": Form({"response_format": "mp3"}, _bytes(MP3_BYTES_PER_S)),
    "audio, pcm": Form({"response_format": "pcm"}, _bytes(PCM_BYTES_PER_S)),
    "audio, opus": Form({"response_format": "opus"}, _bytes(OPUS_BYTES_PER_S)),
    "audio, m4a": Form({"response_format": "m4a"}, _bytes(AAC_BYTES_PER_S)),
    "events, mp3": Form({"stream_format": "sse", "response_format": "mp3"}, _events),
}
SESSION = "session, mp3"
"""A WebSocket, in which a text is written at once."""

DEFAULT = "frames, mp3"


async def listen(users: Users, text: str, form: str = DEFAULT) -> Heard | None:
    """One text of somebody who may ask for it; none if it was refused, or did not end."""
    user = await users.take(len(text))
    began, heard = time.monotonic(), None
    try:
        coming = _said(user, text) if form == SESSION else _arrivals(user, text, FORMS[form])
        arrivals = [arrival async for arrival in coming]
        if arrivals:
            audio_s = sum(arrival.plays_s for arrival in arrivals)
            heard = Heard(form, len(text), arrivals[0].at - began, audio_s, underrun_s(arrivals))
    except aiohttp.ClientError:
        pass
    users.give_back(user, len(text) if heard else None)
    return heard


async def _arrivals(user: User, text: str, form: Form) -> AsyncIterator[Arrival]:
    body: dict[str, Any] = {"text": text, **form.fields}
    headers, arrived = {"Authorization": f"Bearer {user.token}"}, bytearray()
    async with user.session.post(PATH, json=body, headers=headers) as response:
        if response.status != OK:
            return
        async for piece in response.content.iter_any():
            arrived += piece
            for seconds in form.plays(arrived):
                yield Arrival(time.monotonic(), seconds)


async def _said(user: User, text: str) -> AsyncIterator[Arrival]:
    headers, seconds = {"Authorization": f"Bearer {user.token}"}, 0.0
    async with user.session.ws_connect(SESSIONS, headers=headers) as socket:
        for kind, fields in (("session.config", {}), ("input.text", {"text": text}), ("input.done", {})):
            await socket.send_json({"type": kind, **fields})
        async for message in socket:
            if message.type is aiohttp.WSMsgType.BINARY:
                yield Arrival(time.monotonic(), seconds)
                continue
            told = json.loads(message.data)
            if told["type"] == "audio.start":
                seconds = told["duration_s"] + told["pause_s"]
            if told["type"] == "session.done":
                return
