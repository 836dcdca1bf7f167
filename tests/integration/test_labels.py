"""Labels of the real voice through the whole stack: read by the command, known to the audit trail, and heard."""

import json
import os
import subprocess
import sys
from collections.abc import Awaitable, Callable
from pathlib import Path

import aiohttp
import numpy as np
import pytest

from api.labels.notice import NOTICE
from compose.local.settings import ROOT
from compose.local.stack import Stack
from tests.support.waiting import until

Login = Callable[..., Awaitable[dict[str, str]]]
TEXT = "今天天气真好，我们去公园散步吧。"
RATE = 24000
NORMAL = (120, 160)
"""Characters a minute: note 4 of GB 45438-2025, 5.3."""


async def _speak(
    edge: aiohttp.ClientSession, path: str, headers: dict[str, str], **fields: object
) -> tuple[str, bytes]:
    """The request's id, and what came."""
    async with edge.post(path, json={"text": TEXT, **fields}, headers=headers) as response:
        assert 200 == response.status, await response.text()
        return response.headers["X-Request-Id"], await response.read()


def _run(*arguments: str, **environment: str) -> tuple[int, str]:
    """A Python program's status and output."""
    command = [sys.executable, "-m", *arguments]
    done = subprocess.run(command, env=os.environ | environment, cwd=ROOT, capture_output=True, check=False, timeout=60)
    return done.returncode, done.stdout.decode()


@pytest.mark.parametrize(("path", "name"), [("/v1/tts", "mp3"), ("/v1/tts/stream", "wav")])
async def test_a_file_is_traced_to_its_call(
    edge: aiohttp.ClientSession, login: Login, stack: Stack, tmp_path: Path, path: str, name: str
) -> None:
    """The command finds this service's label, and the trail the call by the id that it shows."""
    request_id, data = await _speak(edge, path, await login(), response_format=name)
    (file := tmp_path / f"speech.{name}").write_bytes(data)
    status, shown = _run("api.labels", str(file), HAOSHUO_ENV="dev", HAOSHUO_SECRETS_DIR=str(stack.secrets_dir))
    assert (0, "✓", True) == (status, shown[0], request_id in shown)

    def found() -> str:
        trail = f"{stack.log_dir}/audit-%Y-%m-%d.jsonl"
        return _run("api.audit_search", "--path", trail, "--produce-id", request_id)[1]

    await until(lambda: bool(found()))
    line = json.loads(found())
    assert (200, "none", len(TEXT)) == (line["status"], line["label"], line["text_length"])


@pytest.mark.parametrize("path", ["/v1/tts", "/v1/tts/stream"])
async def test_a_notice_in_the_same_voice(edge: aiohttp.ClientSession, login: Login, path: str) -> None:
    """Before the same samples, at the pace that the standard calls normal, however fast the text is read."""
    headers = await login()
    _, plain = await _speak(edge, path, headers, response_format="pcm", speed=2)
    _, labelled = await _speak(edge, path, headers, response_format="pcm", speed=2, label="notice")
    assert labelled.endswith(plain)
    notice = np.frombuffer(labelled[: -len(plain)], np.int16)[: -round(NOTICE.pause_s * RATE)]
    slowest, fastest = NORMAL
    assert slowest <= sum(map(str.isalnum, NOTICE.text)) / (len(notice) / RATE) * 60 <= fastest
    assert np.std(notice) == pytest.approx(np.std(np.frombuffer(plain, np.int16)), rel=0.5)
