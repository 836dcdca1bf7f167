"""API keys on the real stack: made and revoked by the command, good at the edge, limited each by itself."""

from functools import partial

import aiohttp

from api.auth.api_keys import KNOWN_S
from compose.local.stack import Stack
from tests.support.keys import keys
from tests.support.waiting import until

BODY = {"text": "你好"}


async def _answer(edge: aiohttp.ClientSession, key: str) -> tuple[int, str]:
    async with edge.post("/v1/tts", json=BODY, headers={"Authorization": f"Bearer {key}"}) as response:
        return response.status, (await response.json())["code"] if response.status != 200 else ""


async def _is_refused(edge: aiohttp.ClientSession, key: str) -> bool:
    return await _answer(edge, key) == (401, "api_key_invalid")


async def test_a_key_from_its_making_to_its_end(stack: Stack, edge: aiohttp.ClientSession) -> None:
    """It speaks as often as its own limit says, is listed without its secret, and ends when it is revoked."""
    made, key = await keys(stack, "create", "open-webui", "--calls", "2")
    other = (await keys(stack, "create", "other", "--calls", "100"))[1]
    assert 0 == made, key
    answers = [await _answer(edge, key) for _ in range(3)]
    assert [(200, ""), (200, ""), (429, "rate_limited")] == answers
    assert (200, "") == await _answer(edge, other)

    _, listed = await keys(stack, "list")
    assert "open-webui  (2 calls, 100000 characters in 60 s, 16 in progress)" in listed
    assert key.split("-", 2)[2] not in listed

    identity = other.split("-")[1]
    assert (0, "") == await keys(stack, "revoke", identity)
    assert (1, f"✗ 没有这个密钥 there is no such key: {identity}") == await keys(stack, "revoke", identity)
    await until(partial(_is_refused, edge, other), KNOWN_S + 10)
