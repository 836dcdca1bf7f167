"""The real stack in production mode, started once: nginx, two API processes, Redis, Triton. Only WeChat is a fake."""

import os
import signal
from collections.abc import AsyncIterator, Awaitable, Callable, Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import Any
from uuid import uuid4

import aiohttp
import pytest
from tritonclient.grpc.aio import InferenceServerClient

from compose import credentials
from compose.local.settings import LocalSettings
from compose.local.stack import Stack
from tests.fakes.wechat import APPID, SECRET, FakeWeChat
from tests.support.ports import free_ports
from tests.support.sessions import tls_session

Login = Callable[..., Awaitable[dict[str, str]]]


@pytest.fixture(scope="session")
def tls(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder with the certificate of an edge, and the ca.pem that signed it."""
    folder = tmp_path_factory.mktemp("tls")
    credentials.create_certificate(folder)
    return folder


@pytest.fixture(scope="session")
def wechat() -> Iterator[FakeWeChat]:
    with FakeWeChat() as server:
        yield server


@pytest.fixture(scope="session")
def stack(tmp_path_factory: pytest.TempPathFactory, wechat: FakeWeChat) -> Iterator[Stack]:
    with running(
        make_settings(tmp_path_factory, env="prod"),
        HAOSHUO_WECHAT_URL=wechat.url,
        HAOSHUO_WECHAT_APPID=APPID,
        HAOSHUO_WECHAT_SECRET=SECRET,
        HAOSHUO_HEALTHCHECK_INTERVAL_S="3600",  # its probes would be counted with the tests' own calls
    ) as stack:
        yield stack


@pytest.fixture
async def edge(stack: Stack) -> AsyncIterator[aiohttp.ClientSession]:
    """A client of the HTTPS edge."""
    async with tls_session(stack.settings.url, stack.ca, limit=0) as session:
        yield session


@pytest.fixture
async def triton(stack: Stack) -> AsyncIterator[InferenceServerClient]:
    """A client of Triton itself, past the API."""
    async with InferenceServerClient(f"127.0.0.1:{stack.settings.triton_grpc_port}") as client:
        yield client


@pytest.fixture
def login(edge: aiohttp.ClientSession) -> Login:
    """Log in through WeChat, as a new user unless named: the headers that say so."""

    async def headers(name: str | None = None) -> dict[str, str]:
        code = f"{name or uuid4().hex}.{uuid4().hex}"
        async with edge.post("/login", json={"code": code}) as response:
            assert response.status == 200
            return {"Authorization": f"Bearer {(await response.json())['token']}"}

    return headers


@contextmanager
def running(settings: LocalSettings, **environment: str) -> Iterator[Stack]:
    """A stack started with this environment, ready, and killed at the end."""
    stack = Stack(settings)
    with pytest.MonkeyPatch.context() as patch:
        for name, value in environment.items():
            patch.setenv(name, value)
        stack.start()
    try:
        stack.wait_ready(lambda _line: None)
        yield stack
    finally:
        kill(stack)


def kill(stack: Stack) -> None:
    """End every process at once: that a stack stops in order is for test_local_stack to prove."""
    with stack.supervisor() as supervisor:
        groups = [supervisor.getPID(), *(process["pid"] for process in stack.processes() if process["pid"])]
    for group in groups:  # supervisord first, so that it starts none again
        with suppress(ProcessLookupError):
            os.killpg(group, signal.SIGKILL)
    stack._remove_leaked_shared_memory()


def make_settings(tmp_path_factory: pytest.TempPathFactory, **changes: Any) -> LocalSettings:
    """A stack of its own: free ports, its own folder, and limits at the edge that tests do not run into.

    With the light voice, unless a test is about another.
    """
    first = free_ports(9)
    values: dict[str, Any] = {
        "engine": "baker",
        "state_dir": tmp_path_factory.mktemp("stack"),
        "edge_port": first,
        "edge_probe_port": first + 8,
        "redis_port": first + 1,
        "triton_http_port": first + 2,
        "triton_grpc_port": first + 3,
        "triton_metrics_port": first + 4,
        "healthcheck_port": first + 5,
        "api_port": first + 6,
        "edge_requests_per_second": 1000,
        "edge_burst": 1000,
        "edge_connections": 1000,
        "edge_tcp_connections": 1000,
        "edge_logins_per_second": 1000,
        "edge_login_burst": 1000,
    }
    return LocalSettings(_env_file=None, **values | changes)
