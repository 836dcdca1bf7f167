from typing import Any

import pytest
from aiohttp import web
from structlog.testing import capture_logs

from healthcheck.alerts import WORDS, Alerts, message
from healthcheck.policy import Event

EVENT = Event("restart", "triton", "no answer within 10 s", 2)


def test_a_wecom_robot_gets_its_own_format() -> None:
    """The text says what failed, what was done, how often, and how it was seen."""
    body = message(EVENT, wecom=True)
    assert "text" == body["msgtype"]
    assert "好说 triton 已重启（一小时内第 2 次）\nno answer within 10 s" == body["text"]["content"]


@pytest.mark.parametrize("kind", WORDS)
def test_everyone_else_gets_plain_json(kind: str) -> None:
    """Every kind of event has fields to act upon and a sentence to read, in both languages."""
    body = message(Event(kind, "api", "why"), wecom=False)
    assert (kind, "api", "why") == (body["kind"], body["service"], body["reason"])
    assert "api" in body["text"]
    assert "api" in body["text_en"]


async def test_a_webhook_is_called(unused_tcp_port: int) -> None:
    """An event is posted as JSON."""
    received: list[dict[str, Any]] = []

    async def take(request: web.Request) -> web.Response:
        received.append(await request.json())
        return web.Response()

    app = web.Application()
    app.router.add_post("/hook", take)
    runner = web.AppRunner(app)
    await runner.setup()
    await web.TCPSite(runner, "127.0.0.1", unused_tcp_port).start()
    await Alerts(f"http://127.0.0.1:{unused_tcp_port}/hook?key=secret").tell(EVENT)
    await runner.cleanup()
    assert [message(EVENT, wecom=False)] == received


async def test_a_failing_webhook_breaks_nothing_and_leaks_nothing(unused_tcp_port: int) -> None:
    """Where nobody listens the event is still logged, and the URL's key is not."""
    with capture_logs() as logs:
        await Alerts(f"http://127.0.0.1:{unused_tcp_port}/hook?key=secret").tell(EVENT)
    assert ["restart", "webhook_failed"] == [line["event"] for line in logs]
    assert "secret" not in str(logs)
