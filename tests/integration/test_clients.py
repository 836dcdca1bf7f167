"""Other people's clients of OpenAI's speech, unchanged, told nothing but another address, a key and our CA."""

from collections.abc import Awaitable, Callable
from pathlib import Path

import aiohttp
import numpy as np
import pytest
from numpy.typing import NDArray

from api.audio.formats import FORMATS
from compose.local.stack import Stack
from tests.support.clients import Clients, newer_python, npm_environment, python_environment
from tests.support.files import decode
from tests.support.keys import new_key
from tests.support.ports import free_ports

Speak = Callable[[str], Awaitable[bytes]]
RATE = 24000

needs_much = pytest.mark.clients


@pytest.fixture(scope="session")
def quick_python() -> Path:
    """An interpreter with the two clients that `make test` runs."""
    return python_environment("clients-quick")


@pytest.fixture(scope="session")
def python() -> Path:
    return python_environment("clients")


@pytest.fixture(scope="session")
def wyoming_python() -> Path:
    base = newer_python()
    if base is None:
        pytest.skip("wyoming-openai needs Python 3.12 or newer, and this machine has none")
    return python_environment("clients-wyoming", base)


@pytest.fixture(scope="session")
def npm(python: Path) -> Path:
    """The folder of the programs for Node.js."""
    return npm_environment(python.parent)


@pytest.fixture
async def clients(stack: Stack, tmp_path: Path) -> Clients:
    return Clients(stack.settings.url, stack.ca, await new_key(stack), tmp_path)


@pytest.fixture
def whole(edge: aiohttp.ClientSession, clients: Clients) -> Speak:
    """The samples of a text as `/v1/tts` answers, which come from Triton's cache when a client had them before."""

    async def speak(text: str) -> bytes:
        headers = {"Authorization": f"Bearer {clients.key}"}
        async with edge.post("/v1/tts", json={"text": text, "response_format": "pcm"}, headers=headers) as response:
            assert 200 == response.status
            return await response.read()

    return speak


def _samples(pcm: bytes) -> NDArray[np.float32]:
    return np.frombuffer(pcm, np.int16).astype(np.float32) / 32768


def _same(expected: bytes, heard: NDArray[np.float32]) -> bool:
    """Whether it is the same speech after an encoder and a client's decoder: about as long, and as loud."""
    said = _samples(expected)
    return abs(heard.size - said.size) < 0.1 * RATE and np.std(said) == pytest.approx(np.std(heard), rel=0.1)


async def test_openai(clients: Clients, stack: Stack, quick_python: Path, whole: Speak) -> None:
    """PyPI openai: a stream, events by the async client, a whole file, models, and errors as its exceptions."""
    poor = await new_key(stack, "--calls", "1")
    outcome = await clients.python("openai_sdk", quick_python, POOR_KEY=poor)
    said, other = [await whole(text) for text in clients.texts]
    assert said == outcome.file("stream.pcm")
    assert other == outcome.file("events.pcm")
    assert outcome.was_streamed("stream.pcm")
    assert outcome.was_streamed("events.pcm")
    facts = outcome.facts
    assert len(clients.texts[1]) == facts["usage"]["input_tokens"] == facts["usage"]["total_tokens"]
    assert ("audio/mpeg", "emotion=happy") == (facts["headers"]["content-type"], facts["headers"]["x-instructions"])
    assert len(decode(outcome.file("whole.mp3"), FORMATS["mp3"], RATE)) > RATE
    assert "tts-1" in facts["models"]
    assert "tts-1" == facts["model"]
    assert ["AuthenticationError", 401, "token_invalid", None] == facts["wrong key"]
    assert ["NotFoundError", 404, "unknown_model", "model"] == facts["unknown model"]
    assert ["BadRequestError", 400, "unknown_voice", "voice"] == facts["unknown voice"]
    assert ["BadRequestError", 400, "text_too_long", "input"] == facts["too long"]
    assert ["RateLimitError", 429, "rate_limited", None] == facts["too often"]


async def test_openai_agents(clients: Clients, quick_python: Path, whole: Speak) -> None:
    """PyPI openai-agents: its pcm is the speech, as it is made; an error is that of openai."""
    outcome = await clients.python("openai_agents", quick_python)
    assert await whole(clients.texts[0]) == outcome.file("stream.pcm")
    assert outcome.was_streamed("stream.pcm")
    assert "token_invalid" == outcome.facts["wrong key"]


@needs_much
async def test_pipecat(clients: Clients, python: Path, whole: Speak) -> None:
    """PyPI pipecat-ai: a pipeline hears the speech as it is made; an error reaches it."""
    outcome = await clients.python("pipecat_service", python)
    assert await whole(clients.texts[0]) == outcome.file("stream.pcm")
    assert outcome.was_streamed("stream.pcm")
    assert RATE == outcome.facts["rate"]
    assert any("文本中没有可以朗读的内容" in error for error in outcome.facts["errors"])


@needs_much
async def test_livekit(clients: Clients, python: Path, whole: Speak) -> None:
    """PyPI livekit-plugins-openai: it decodes each format, in events and bare, as the same speech."""
    outcome = await clients.python("livekit_plugin", python)
    said = await whole(clients.texts[0])
    for form in ("mp3", "pcm", "opus", "wav"):
        for name in (form, f"events of {form}"):
            assert _same(said, _samples(outcome.file(name))), name
    assert outcome.was_streamed("events of mp3")
    status, body = outcome.facts["unknown voice"]
    assert (400, "unknown_voice") == (status, body["code"])


@needs_much
async def test_litellm(clients: Clients, python: Path, whole: Speak) -> None:
    """PyPI litellm: whole files, and its own exception for a wrong key."""
    outcome = await clients.python("litellm_speech", python)
    said = await whole(clients.texts[0])
    assert said == outcome.file("whole.pcm")
    assert _same(said, decode(outcome.file("whole.mp3"), FORMATS["mp3"], RATE))
    assert "无效Token" in outcome.facts["wrong key"]


@needs_much
async def test_wyoming(clients: Clients, wyoming_python: Path, whole: Speak) -> None:
    """PyPI wyoming-openai, Home Assistant's bridge: a text, a text as it is written, voices, and an error."""
    outcome = await clients.python("wyoming_bridge", wyoming_python, PORT=str(free_ports(1)))
    said, other = [await whole(text) for text in clients.texts]
    assert said == outcome.file("stream.pcm")
    assert outcome.was_streamed("stream.pcm")
    assert outcome.was_streamed("written.pcm")
    assert len(other) == pytest.approx(len(outcome.file("written.pcm")), rel=0.1)
    assert RATE == outcome.facts["rate"]
    assert "alloy" in outcome.facts["voices"]
    assert outcome.facts["error"]


@needs_much
async def test_npm_openai(clients: Clients, python: Path, npm: Path, whole: Speak) -> None:
    """npm openai: a stream, events, a whole file, models, and errors as its exceptions."""
    outcome = await clients.node("openai", python.parent, npm)
    said, other = [await whole(text) for text in clients.texts]
    assert said == outcome.file("stream.pcm")
    assert other == outcome.file("events.pcm")
    assert outcome.was_streamed("stream.pcm")
    assert outcome.was_streamed("events.pcm")
    assert len(clients.texts[1]) == outcome.facts["usage"]["input_tokens"]
    assert _same(said, decode(outcome.file("whole.mp3"), FORMATS["mp3"], RATE))
    assert "tts-1" in outcome.facts["models"]
    assert ["AuthenticationError", 401, "token_invalid"] == outcome.facts["wrong key"]
    assert ["BadRequestError", 400, "unknown_voice"] == outcome.facts["unknown voice"]


@needs_much
async def test_npm_ai(clients: Clients, python: Path, npm: Path, whole: Speak) -> None:
    """npm ai with @ai-sdk/openai: a whole file, of a media type that it finds in the bytes, and an error."""
    outcome = await clients.node("ai_sdk", python.parent, npm)
    assert _same(await whole(clients.texts[0]), decode(outcome.file("whole.mp3"), FORMATS["mp3"], RATE))
    assert "audio/mpeg" == outcome.facts["mediaType"]
    assert [] == outcome.facts["warnings"]
    assert ["AI_APICallError", 400, "unknown_voice"] == outcome.facts["unknown voice"]
