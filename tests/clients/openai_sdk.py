"""PyPI `openai`: speech whole, in chunks and in events, by its plain and its async client; models; errors."""

import asyncio
import json
import os
from base64 import b64decode
from collections.abc import Callable, Iterable

import openai

from tests.clients.recorder import OTHER_TEXT, OUT, TEXT, Recording, facts, finish

client = openai.OpenAI(max_retries=0)


def stream() -> None:
    recording = Recording("stream.pcm")
    speech = client.audio.speech.with_streaming_response
    with speech.create(model="tts-1", voice="nova", input=TEXT, response_format="pcm") as response:
        for chunk in response.iter_bytes(4096):
            recording.add(chunk)
    recording.save()


async def stream_events() -> None:
    recording = Recording("events.pcm")
    async with (
        openai.AsyncOpenAI() as asynchronous,
        asynchronous.audio.speech.with_streaming_response.create(
            model="gpt-4o-mini-tts", voice="ash", input=OTHER_TEXT, response_format="pcm", stream_format="sse"
        ) as response,
    ):
        async for line in response.iter_lines():
            event = json.loads(line.removeprefix("data: ")) if line else {"type": ""}
            if event["type"] == "speech.audio.delta":
                recording.add(b64decode(event["audio"]))
            if event["type"] == "speech.audio.done":
                facts["usage"] = event["usage"]
    recording.save()


def whole() -> None:
    answer = client.audio.speech.create(model="tts-1-hd", voice={"id": "alloy"}, input=TEXT, instructions="cheerful")
    (OUT / "whole.mp3").write_bytes(answer.content)
    facts["headers"] = dict(answer.response.headers)


def failures(calls: Iterable[tuple[str, Callable[[], object]]]) -> None:
    """Which of its exceptions each call ends in."""
    for name, call in calls:
        try:
            call()
        except openai.APIStatusError as error:
            facts[name] = [type(error).__name__, error.status_code, error.code, error.param]


facts["models"] = [model.id for model in client.models.list()]
stream()
asyncio.run(stream_events())
whole()
facts["model"] = client.models.retrieve("tts-1").id
stranger = client.with_options(api_key="sk-nobody")
poor = client.with_options(api_key=os.environ["POOR_KEY"])
poor.audio.speech.create(model="tts-1", voice="alloy", input="好")
failures(
    [
        ("wrong key", stranger.models.list),
        ("unknown model", lambda: client.models.retrieve("nothing")),
        ("unknown voice", lambda: client.audio.speech.create(model="tts-1", voice="nobody", input=TEXT)),
        ("too long", lambda: client.audio.speech.create(model="tts-1", voice="alloy", input="好" * 4097)),
        ("too often", lambda: poor.audio.speech.create(model="tts-1", voice="alloy", input="好")),
    ]
)
finish()
