"""PyPI `litellm`: `aspeech`, as its proxy calls it."""

import asyncio

import litellm

from tests.clients.recorder import OUT, TEXT, facts, finish


async def main() -> None:
    for form in ("mp3", "pcm"):
        answer = await litellm.aspeech(model="openai/tts-1", voice="sage", input=TEXT, response_format=form)
        (OUT / f"whole.{form}").write_bytes(answer.content)
    try:
        await litellm.aspeech(model="openai/tts-1", voice="sage", input=TEXT, api_key="sk-nobody")
    except litellm.AuthenticationError as error:
        facts["wrong key"] = error.message


asyncio.run(main())
finish()
