import ssl
from collections.abc import AsyncIterator

import pytest

from benchmarks.load.client import Client
from benchmarks.load.users import Users
from tests.fakes.speech_service import FakeSpeech, speech_service


@pytest.fixture
async def service() -> AsyncIterator[FakeSpeech]:
    async with speech_service() as fake:
        yield fake


@pytest.fixture
async def client(service: FakeSpeech) -> AsyncIterator[Client]:
    client = Client(Users(service.url, ssl.create_default_context()))
    yield client
    await client.users.close()
