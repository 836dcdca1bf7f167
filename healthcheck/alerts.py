"""Who is told what happened: the log always, a webhook where there is one."""

import asyncio
import json
from collections import Counter
from typing import Any
from urllib.parse import urlsplit

import aiohttp
import structlog

from healthcheck.policy import Event

log = structlog.get_logger()

WECOM = "qyapi.weixin.qq.com"
TIMEOUT_S = 10
PAUSES_S = (1.0, 5.0, 30.0, 60.0)
"""Between the attempts to send one alert."""

KEPT = 100
RESULTS = ("sent", "failed", "dropped")

WORDS = {
    "failing": ("异常", "is failing"),
    "restart": ("已重启", "was restarted"),
    "would_restart": ("本应重启（演练模式）", "would be restarted (dry run)"),
    "restart_failed": ("重启失败", "could not be restarted"),
    "gave_up": ("多次重启无效，已停止尝试，请人工处理", "was given up after too many restarts: a person is needed"),
    "died": ("自行退出，已由系统重新启动", "ended by itself and was started again"),
    "flapping": ("反复退出并重新启动", "keeps ending and being started again"),
    "planned": ("按计划重启", "is restarted as planned"),
    "would_plan": ("按计划本应重启（演练模式）", "would be restarted as planned (dry run)"),
    "expiring": (
        "证书即将过期，请更换",
        "shows a certificate that expires soon: renew it",
    ),
    "recovered": ("已恢复", "has recovered"),
}
ONLY_LOGGED = {"died"}


class AlertError(Exception):
    """The webhook did not take it. The message never holds its URL, which has a key."""


class Alerts:
    """`webhook` may be empty. Alerts wait in a bounded queue for `run`: nothing waits for the webhook."""

    def __init__(self, webhook: str, pauses_s: tuple[float, ...] = PAUSES_S) -> None:
        self._webhook = webhook
        self._pauses_s = pauses_s
        self._queue: asyncio.Queue[Event] = asyncio.Queue(KEPT)
        self.results = Counter(dict.fromkeys(RESULTS, 0))

    def tell(self, event: Event) -> None:
        """What failed, how it was seen, what was done."""
        level = log.info if event.kind in {"recovered", "planned", "died"} else log.warning
        level(event.kind, **_fields(event))
        if not self._webhook or event.kind in ONLY_LOGGED:
            return
        try:
            self._queue.put_nowait(event)
        except asyncio.QueueFull:
            self.results["dropped"] += 1

    async def run(self) -> None:
        """Send what is told, one after the other."""
        while True:
            event = await self._queue.get()
            self.results["sent" if await self._send(event) else "failed"] += 1
            self._queue.task_done()

    async def sent(self) -> None:
        """Return when everything was sent, or was tried to be."""
        await self._queue.join()

    async def _send(self, event: Event) -> bool:
        body = message(event, wecom=urlsplit(self._webhook).hostname == WECOM)
        for pause_s in (*self._pauses_s, None):
            try:
                await self._post(body)
            except AlertError as error:
                log.warning("webhook_failed", error=str(error))
            else:
                return True
            if pause_s is not None:
                await asyncio.sleep(pause_s)
        return False

    async def _post(self, body: dict[str, Any]) -> None:
        timeout = aiohttp.ClientTimeout(total=TIMEOUT_S)
        try:
            async with (
                aiohttp.ClientSession(timeout=timeout) as session,
                session.post(self._webhook, json=body) as response,
            ):
                refusal = _refusal(response.status, await response.text())
        except (aiohttp.ClientError, TimeoutError, OSError) as error:
            raise AlertError(type(error).__name__) from None
        if refusal:
            raise AlertError(refusal)


def _refusal(status: int, text: str) -> str:
    """Why the webhook did not take it, or nothing. WeCom refuses with a 200 that holds an `errcode`."""
    if status >= 400:  # noqa: PLR2004 - an error
        return f"HTTP {status}"
    try:
        code = json.loads(text).get("errcode", 0)
    except (ValueError, AttributeError):
        return ""
    return f"errcode {code}" if code else ""


def message(event: Event, *, wecom: bool) -> dict[str, Any]:
    """The body of an alert: for a WeCom group robot, or plain JSON."""
    chinese, english = WORDS[event.kind]
    attempt = f"（一小时内第 {event.attempt} 次）" if event.attempt else ""
    name = f"（{event.copy}）" if event.copy not in {"", event.service} else ""
    text = f"好说 {event.service}{name} {chinese}{attempt}\n{event.reason}"
    if wecom:
        return {"msgtype": "text", "text": {"content": text}}
    return {"kind": event.kind, **_fields(event), "text": text, "text_en": f"Haoshuo: {event.service} {english}"}


def _fields(event: Event) -> dict[str, Any]:
    return {"service": event.service, "copy": event.copy, "reason": event.reason, "attempt": event.attempt}
