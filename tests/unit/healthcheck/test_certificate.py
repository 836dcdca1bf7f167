"""A certificate that is about to expire is told of in time."""

import asyncio
import datetime as dt
import ssl
import time
from collections.abc import AsyncIterator, Callable
from contextlib import AsyncExitStack
from pathlib import Path

import pytest

from compose import credentials
from healthcheck.__main__ import create_certificates, create_watch
from healthcheck.certificate import CertificateWatch
from healthcheck.policy import Event
from healthcheck.settings import HealthcheckSettings

DAY_S = 86400.0
Edge = Callable[[float], object]


@pytest.fixture
async def edge(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> AsyncIterator[Callable[..., object]]:
    """A TLS server whose certificate is good for so many days; its address."""
    async with AsyncExitStack() as stack:

        async def serve(days: float) -> str:
            monkeypatch.setattr(credentials, "LIFETIME", dt.timedelta(days=days))
            credentials.create_certificate(tmp_path)
            context = ssl.create_default_context(ssl.Purpose.CLIENT_AUTH)
            context.load_cert_chain(tmp_path / "server.pem", tmp_path / "server.key")
            server = await asyncio.start_server(lambda *_: None, "127.0.0.1", 0, ssl=context)
            await stack.enter_async_context(server)
            return f"127.0.0.1:{server.sockets[0].getsockname()[1]}"

        yield serve


@pytest.mark.parametrize(("days", "told"), [(-1, 1), (20, 1), (60, 0)])
async def test_it_is_told_once_a_day(edge: Callable[..., object], days: float, told: int) -> None:
    """From 21 days before, and when it has expired; a good one is known by its date only."""
    events: list[Event] = []
    watch = CertificateWatch("edge", await edge(days), "make reload", events.append)  # type: ignore[misc]
    now = time.time()
    for later in (0.0, 3600.0, DAY_S):
        assert await watch.look(now + later)
    assert 2 * told == len(events)
    assert all(event.kind == "expiring" for event in events)
    assert watch.not_after == pytest.approx(now + max(days, 0) * DAY_S, abs=120)


async def test_an_edge_that_is_away() -> None:
    """Others tell that."""
    watch = CertificateWatch("edge", "127.0.0.1:1", "", lambda _: pytest.fail("told"))
    assert not await watch.look(time.time())
    assert watch.not_after is None


@pytest.mark.parametrize(
    ("folder", "watched"),
    [("", ["localhost:8444"]), ("/run/triton-tls", ["localhost:8444", "tts1.lan:8001", "tts2.lan:8001"])],
)
def test_tritons_on_other_servers_are_watched_too(folder: str, watched: list[str]) -> None:
    """Where the api reaches them by TLS."""
    settings = HealthcheckSettings(
        edge_url="https://localhost:8444",
        HAOSHUO_TRITON_URL="dns:///tts1.lan:8001, tts2.lan:8001",
        HAOSHUO_TRITON_TLS_DIR=folder,
    )
    assert watched == [watch.address for watch in create_certificates(settings, create_watch(settings))]
