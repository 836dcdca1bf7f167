"""PyPI `livekit-plugins-openai`: it asks for events where the model is not `tts-1`, and decodes what it gets."""

import asyncio

from livekit.agents import APIConnectOptions, APIStatusError
from livekit.plugins.openai import TTS

from tests.clients.recorder import TEXT, Recording, facts, finish

ONCE = APIConnectOptions(max_retry=0)


async def speak(tts: TTS, name: str) -> None:
    recording = Recording(name)
    async for audio in tts.synthesize(TEXT, conn_options=ONCE):
        recording.add(bytes(audio.frame.data))
    await tts.aclose()
    recording.save()


async def main() -> None:
    for form in ("mp3", "pcm", "opus", "wav"):
        await speak(TTS(response_format=form), f"events of {form}")
        await speak(TTS(response_format=form, model="tts-1"), f"{form}")
    try:
        await speak(TTS(voice="nobody"), "refused")
    except APIStatusError as error:
        facts["unknown voice"] = [error.status_code, error.body]


asyncio.run(main())
finish()
