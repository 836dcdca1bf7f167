import asyncio
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from typing import Any

import pytest
from aiohttp import web
from aiohttp.test_utils import TestServer
from structlog.testing import capture_logs

from healthcheck.alerts import KEPT, WORDS, Alerts, message
from healthcheck.policy import Event

EVENT = Event("restart", "triton", "haoshuo-triton-1", "no answer within 3 s", 2)


class Hook:
    """Answers one after the other of `answers`, then 200."""

    def __init__(self) -> None:
        self.answers: list[Callable[[], web.Response]] = []
        self.received: list[dict[str, Any]] = []

    async def take(self, request: web.Request) -> web.Response:
        self.received.append(await request.json())
        return self.answers.pop(0)() if self.answers else web.json_response({"errcode": 0})


@pytest.fixture
def hook() -> Hook:
    return Hook()


@pytest.fixture
async def url(hook: Hook) -> AsyncIterator[str]:
    app = web.Application()
    app.router.add_post("/hook", hook.take)
    async with TestServer(app) as server:
        yield f"{server.make_url('/hook')}?key=secret"


@asynccontextmanager
async def _sending(url: str) -> AsyncIterator[Alerts]:
    alerts = Alerts(url, pauses_s=(0.0, 0.0))
    task = asyncio.create_task(alerts.run())
    yield alerts
    task.cancel()


def test_a_wecom_robot_gets_its_own_format() -> None:
    """The text says what failed, what was done, how often, and how it was seen."""
    body = message(EVENT, wecom=True)
    assert "text" == body["msgtype"]
    assert "好说 triton（haoshuo-triton-1） 已重启（一小时内第 2 次）\nno answer within 3 s" == body["text"]["content"]


@pytest.mark.parametrize("kind", WORDS)
def test_everyone_else_gets_plain_json(kind: str) -> None:
    """Every kind of event has fields to act upon and a sentence to read, in both languages."""
    body = message(Event(kind, "api", "api-1", "why"), wecom=False)
    assert (kind, "api", "api-1", "why") == (body["kind"], body["service"], body["copy"], body["reason"])
    assert "api" in body["text"]
    assert "api" in body["text_en"]


async def test_a_webhook_is_called(hook: Hook, url: str) -> None:
    """An event is posted as JSON, and counted."""
    async with _sending(url) as alerts:
        alerts.tell(EVENT)
        await alerts.sent()
    assert [message(EVENT, wecom=False)] == hook.received
    assert {"sent": 1, "failed": 0, "dropped": 0} == alerts.results


@pytest.mark.parametrize(
    "refusal",
    [lambda: web.Response(status=502), lambda: web.json_response({"errcode": 45009, "errmsg": "too many"})],
    ids=["an error", "WeCom's 200 that is none"],
)
async def test_what_is_refused_is_sent_again(hook: Hook, url: str, refusal: Callable[[], web.Response]) -> None:
    """Until it is taken, or was tried often enough."""
    hook.answers = [refusal, refusal]
    async with _sending(url) as alerts:
        alerts.tell(EVENT)
        await alerts.sent()
        assert {"sent": 1, "failed": 0, "dropped": 0} == alerts.results
        hook.answers = [refusal] * 3
        alerts.tell(EVENT)
        await alerts.sent()
        assert {"sent": 1, "failed": 1, "dropped": 0} == alerts.results
    assert 6 == len(hook.received)


async def test_a_failing_webhook_breaks_nothing_and_leaks_nothing(unused_tcp_port: int) -> None:
    """Where nobody listens the event is still logged, and the URL's key is not."""
    with capture_logs() as logs:
        async with _sending(f"http://127.0.0.1:{unused_tcp_port}/hook?key=secret") as alerts:
            alerts.tell(EVENT)
            await alerts.sent()
    assert ["restart", "webhook_failed", "webhook_failed", "webhook_failed"] == [line["event"] for line in logs]
    assert "secret" not in str(logs)


async def test_nothing_waits_for_a_webhook(url: str) -> None:
    """What cannot be kept is dropped and counted; what is everyday is only logged."""
    alerts = Alerts(url)  # nobody sends
    for _ in range(KEPT + 3):
        alerts.tell(EVENT)
        alerts.tell(EVENT._replace(kind="died"))
    assert {"sent": 0, "failed": 0, "dropped": 3} == alerts.results
