"""API keys on the real stack: made and revoked by the command, good at the edge, limited each by itself."""

import asyncio
import sys
from asyncio.subprocess import PIPE, STDOUT
from functools import partial

import aiohttp

from api.auth.api_keys import KNOWN_S
from compose.local.settings import ROOT
from compose.local.stack import Stack
from tests.support.waiting import until

BODY = {"text": "你好"}


async def _keys(stack: Stack, *arguments: str) -> tuple[int, str]:
    """Exit status, and what is written, of the command that an operator gives."""
    environment = {
        "HAOSHUO_ENV": "dev",
        "HAOSHUO_REDIS_URL": f"redis://127.0.0.1:{stack.settings.redis_port}/0",
        "HAOSHUO_SECRETS_DIR": str(stack.secrets_dir),
    }
    process = await asyncio.create_subprocess_exec(
        sys.executable, "-m", "api.keys", *arguments, env=environment, cwd=ROOT, stdout=PIPE, stderr=STDOUT
    )
    output, _ = await process.communicate()
    assert process.returncode is not None
    return process.returncode, output.decode().strip()


async def _answer(edge: aiohttp.ClientSession, key: str) -> tuple[int, str]:
    async with edge.post("/v1/tts", json=BODY, headers={"Authorization": f"Bearer {key}"}) as response:
        return response.status, (await response.json())["code"] if response.status != 200 else ""


async def _is_refused(edge: aiohttp.ClientSession, key: str) -> bool:
    return await _answer(edge, key) == (401, "api_key_invalid")


async def test_a_key_from_its_making_to_its_end(stack: Stack, edge: aiohttp.ClientSession) -> None:
    """It speaks as often as its own limit says, is listed without its secret, and ends when it is revoked."""
    made, key = await _keys(stack, "create", "open-webui", "--calls", "2")
    other = (await _keys(stack, "create", "other", "--calls", "100"))[1]
    assert 0 == made, key
    answers = [await _answer(edge, key) for _ in range(3)]
    assert [(200, ""), (200, ""), (429, "rate_limited")] == answers
    assert (200, "") == await _answer(edge, other)

    _, listed = await _keys(stack, "list")
    assert "open-webui  (2 calls, 100000 characters in 60 s, 16 in progress)" in listed
    assert key.rsplit("-", 1)[1] not in listed

    identity = other.split("-")[1]
    assert (0, "") == await _keys(stack, "revoke", identity)
    assert (1, f"✗ 没有这个密钥 there is no such key: {identity}") == await _keys(stack, "revoke", identity)
    await until(partial(_is_refused, edge, other), KNOWN_S + 10)
