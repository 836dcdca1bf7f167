"""An app with a humming engine, no Redis and no WeChat."""

import json
import os
from collections.abc import AsyncIterator, Callable
from pathlib import Path
from typing import Any

import pytest
from quart import Quart
from quart.typing import TestClientProtocol as Client

from api.app import create_app
from api.settings import Settings
from api.wiring import Services, wire
from tests.fakes.engine import FakeEngine

KEY = "k" * 32
NOWHERE = "redis://127.0.0.1:1/0"  # nothing listens there


@pytest.fixture(autouse=True)
def _clean_environment(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    """No HAOSHUO_ variable and no .env of the machine reaches a test."""
    for name in [name for name in os.environ if name.startswith("HAOSHUO_")]:
        monkeypatch.delenv(name)
    monkeypatch.chdir(tmp_path)


@pytest.fixture(autouse=True)
def _any_take(any_take: None) -> None:
    """But where a test's module has an `any_take` of its own."""


@pytest.fixture
def audit_path(tmp_path: Path) -> Path:
    return tmp_path / "audit.log"


@pytest.fixture
def make_settings(audit_path: Path) -> Callable[..., Settings]:
    def make(**changes: Any) -> Settings:
        values: dict[str, Any] = {
            "env": "dev",
            "jwt_keys": KEY,
            "user_hash_key": "h" * 32,
            "redis_url": NOWHERE,
            "audit_path": str(audit_path),
            "limit_calls": 3,
            "voice": "baker",
        }
        return Settings(**values | changes)

    return make


@pytest.fixture
def settings(make_settings: Callable[..., Settings]) -> Settings:
    return make_settings()


@pytest.fixture
def engine() -> FakeEngine:
    return FakeEngine()


@pytest.fixture
async def services(settings: Settings, engine: FakeEngine) -> Services:
    return wire(settings, lambda _address, _name: engine)


@pytest.fixture
async def app(settings: Settings, services: Services) -> AsyncIterator[Quart]:
    app = create_app(settings, services)
    async with app.test_app():
        yield app


@pytest.fixture
def client(app: Quart) -> Client:
    return app.test_client()


@pytest.fixture
async def bearer(client: Client) -> dict[str, str]:
    """The Authorization header of a user who is logged in."""
    answer = await client.post("/login", json={"code": "dev:lily"})
    return {"Authorization": f"Bearer {(await answer.get_json())['token']}"}


@pytest.fixture
def audit_lines(app: Quart, audit_path: Path) -> Callable[[], Any]:
    """Shuts the app down, which writes what is pending, and reads what the audit log says of calls."""

    async def read() -> list[dict[str, Any]]:
        await app.shutdown()
        return [line for line in parse_lines(audit_path) if line.get("action") != "login"]

    return read


def parse_lines(path: Path) -> list[dict[str, Any]]:
    return [json.loads(line) for line in path.read_text("utf-8").splitlines()]
