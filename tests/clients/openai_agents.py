"""PyPI `openai-agents`: the speech of its voice pipelines. It sends `"instructions": null` where there are none."""

import asyncio

import openai
from agents.voice import TTSModelSettings
from agents.voice.models.openai_tts import OpenAITTSModel

from tests.clients.recorder import TEXT, Recording, facts, finish


async def speak(name: str, api_key: str | None = None) -> None:
    recording = Recording(name)
    async with openai.AsyncOpenAI(api_key=api_key) as client:
        async for chunk in OpenAITTSModel("gpt-4o-mini-tts", client).run(TEXT, TTSModelSettings(instructions=None)):
            recording.add(chunk)
    recording.save()


asyncio.run(speak("stream.pcm"))
try:
    asyncio.run(speak("refused.pcm", "sk-nobody"))
except openai.AuthenticationError as error:
    facts["wrong key"] = error.code
finish()
