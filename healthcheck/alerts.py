"""Who is told what happened: the log always, a webhook where there is one."""

from typing import Any
from urllib.parse import urlsplit

import aiohttp
import structlog

from healthcheck.policy import Event

log = structlog.get_logger()

WECOM = "qyapi.weixin.qq.com"
TIMEOUT_S = 10

WORDS = {
    "failing": ("异常", "is failing"),
    "restart": ("已重启", "was restarted"),
    "would_restart": ("本应重启（演练模式）", "would be restarted (dry run)"),
    "restart_failed": ("重启失败", "could not be restarted"),
    "gave_up": ("多次重启无效，已停止尝试，请人工处理", "was given up after too many restarts: a person is needed"),
    "planned": ("按计划重启", "is restarted as planned"),
    "would_plan": ("按计划本应重启（演练模式）", "would be restarted as planned (dry run)"),
    "recovered": ("已恢复", "has recovered"),
}


class Alerts:
    """`webhook` may be empty. One that fails is logged and breaks nothing."""

    def __init__(self, webhook: str) -> None:
        self._webhook = webhook

    async def tell(self, event: Event) -> None:
        """What failed, how it was seen, what was done."""
        level = log.info if event.kind in {"recovered", "planned"} else log.warning
        level(event.kind, **_fields(event))
        if self._webhook:
            await self._post(message(event, wecom=urlsplit(self._webhook).hostname == WECOM))

    async def _post(self, body: dict[str, Any]) -> None:
        timeout = aiohttp.ClientTimeout(total=TIMEOUT_S)
        try:
            async with (
                aiohttp.ClientSession(timeout=timeout, raise_for_status=True) as session,
                session.post(self._webhook, json=body),
            ):
                pass
        except (aiohttp.ClientError, TimeoutError, OSError) as error:
            log.warning("webhook_failed", error=type(error).__name__)  # its message could hold the URL and its key


def message(event: Event, *, wecom: bool) -> dict[str, Any]:
    """The body of an alert: for a WeCom group robot, or plain JSON."""
    chinese, english = WORDS[event.kind]
    attempt = f"（一小时内第 {event.attempt} 次）" if event.attempt else ""
    where = f"（{event.address}）" if event.address else ""
    text = f"好说 {event.service}{where} {chinese}{attempt}\n{event.reason}"
    if wecom:
        return {"msgtype": "text", "text": {"content": text}}
    return {"kind": event.kind, **_fields(event), "text": text, "text_en": f"Haoshuo: {event.service} {english}"}


def _fields(event: Event) -> dict[str, Any]:
    return {"service": event.service, "address": event.address, "reason": event.reason, "attempt": event.attempt}
