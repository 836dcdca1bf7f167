"""PyPI `wyoming-openai`, the bridge that Home Assistant asks, and `wyoming`, as Home Assistant asks it."""

import asyncio
import os
import sys
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

from wyoming.audio import AudioChunk, AudioStart
from wyoming.client import AsyncTcpClient
from wyoming.error import Error
from wyoming.event import Event, Eventable
from wyoming.info import Describe, Info
from wyoming.tts import Synthesize, SynthesizeChunk, SynthesizeStart, SynthesizeStop, SynthesizeVoice

from tests.clients.recorder import OTHER_TEXT, TEXT, Recording, facts, finish

HOST, PORT = "127.0.0.1", int(os.environ["PORT"])
VOICE = SynthesizeVoice(name="alloy")


@asynccontextmanager
async def bridge() -> AsyncIterator[None]:
    options = ["--tts-models", "tts-1", "--tts-streaming-models", "tts-1", "--tts-voices", "alloy", "nobody"]
    server = ["--uri", f"tcp://{HOST}:{PORT}", "--languages", "zh", *options]
    environment = os.environ | {
        "TTS_OPENAI_KEY": os.environ["OPENAI_API_KEY"],
        "TTS_OPENAI_URL": os.environ["OPENAI_BASE_URL"],
    }
    process = await asyncio.create_subprocess_exec(sys.executable, "-m", "wyoming_openai", *server, env=environment)
    try:
        yield
    finally:
        process.terminate()
        await process.wait()


async def connect() -> AsyncTcpClient:
    for _ in range(200):
        client = AsyncTcpClient(HOST, PORT)
        try:
            await client.connect()
        except OSError:
            await asyncio.sleep(0.1)
        else:
            return client
    raise TimeoutError("the bridge does not listen")


async def ask(events: list[Eventable], last: str) -> AsyncIterator[Event]:
    """What is answered, to the event of the type `last`, or an error."""
    client = await connect()
    for event in events:
        await client.write_event(event.event())
    while event := await client.read_event():
        yield event
        if event.type in (last, "error"):
            break
    await client.disconnect()


async def speak(name: str, events: list[Eventable], last: str) -> None:
    recording = Recording(name)
    async for event in ask(events, last):
        if AudioStart.is_type(event.type):
            facts["rate"] = AudioStart.from_event(event).rate
        if AudioChunk.is_type(event.type):
            recording.add(AudioChunk.from_event(event).audio)
        if Error.is_type(event.type):
            facts["error"] = Error.from_event(event).text
    recording.save()


async def main() -> None:
    async with bridge():
        async for event in ask([Describe()], "info"):
            facts["voices"] = [voice.name for program in Info.from_event(event).tts for voice in program.voices]
        await speak("stream.pcm", [Synthesize(TEXT, VOICE)], "audio-stop")
        chunks = [SynthesizeChunk(OTHER_TEXT[at : at + 5]) for at in range(0, len(OTHER_TEXT), 5)]
        await speak("written.pcm", [SynthesizeStart(VOICE), *chunks, SynthesizeStop()], "synthesize-stopped")
        await speak("refused.pcm", [Synthesize(TEXT, SynthesizeVoice(name="nobody"))], "audio-stop")


asyncio.run(main())
finish()
