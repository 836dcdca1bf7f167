"""The audit log survives what disks do, and shows no more of a text than it must."""

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from quart.typing import TestClientProtocol as Client
from structlog.testing import capture_logs

from api.app import create_app
from api.audit import Audit, summarise
from api.settings import Settings
from tests.fakes.engine import FakeEngine


@given(st.text())
def test_summary(text: str) -> None:
    """The summary is the beginning: 20 characters, and of a short text at most half."""
    summary = summarise(text)
    assert text.startswith(summary)
    assert len(summary) <= min(20, len(text) / 2)


async def speak(settings: Settings) -> int:
    async with create_app(settings, FakeEngine()).test_app() as running:
        client: Client = running.test_client()
        token = (await (await client.post("/login", json={"code": "dev:lily"})).get_json())["token"]
        response = await client.post("/tts", json={"text": "你好呀"}, headers={"Authorization": f"Bearer {token}"})
    return response.status_code


def only_line(path: Path) -> Any:
    return json.loads(path.read_text("utf-8"))


async def test_summary_can_be_switched_off(make_settings: Callable[..., Settings], audit_path: Path) -> None:
    """An operator may keep no text at all."""
    await speak(make_settings(audit_summary=False))
    line = only_line(audit_path)
    assert (3, False) == (line["text_length"], "text_summary" in line)


async def test_standard_output(make_settings: Callable[..., Settings], capfd: pytest.CaptureFixture[str]) -> None:
    """`-` writes to standard output."""
    await speak(make_settings(audit_path="-"))
    lines = [line for line in capfd.readouterr().out.splitlines() if line.startswith('{"log": "audit"')]
    assert ["ok"] == [json.loads(line)["code"] for line in lines]


async def test_a_broken_disk_fails_no_call(make_settings: Callable[..., Settings], tmp_path: Path) -> None:
    """A line that cannot be written is reported in the service log; the caller does not notice."""
    with capture_logs() as lines:
        status = await speak(make_settings(audit_path=str(tmp_path / "missing" / "audit.log")))
    assert 200 == status
    assert 1 == sum(line["event"] == "audit_line_lost" for line in lines)


def test_a_hung_disk_does_not_fill_memory(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Lines beyond a bound are dropped, and said to be."""
    monkeypatch.setattr("api.audit.MAX_PENDING", 0)
    audit = Audit(str(tmp_path / "audit.log"), "baker", summary=True)
    with capture_logs() as lines:
        audit._submit({})
    assert ["audit_line_lost"] == [line["event"] for line in lines]
    audit.close()


def test_rotation(tmp_path: Path) -> None:
    """A file moved away by logrotate is not written on."""
    path = tmp_path / "audit.log"
    audit = Audit(str(path), "baker", summary=True)
    audit._write("{}")
    path.rename(tmp_path / "audit.log.1")
    audit._write("{}")
    assert "{}\n" == path.read_text()
    audit.close()
