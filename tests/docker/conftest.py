"""The real compose stack in a real Docker engine, started once. Skipped where no engine answers, except in CI."""

import json
import os
import subprocess
from collections.abc import AsyncIterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from uuid import uuid4

import aiohttp
import pytest

from compose.local.settings import ROOT
from tests.fakes.wechat import APPID, SECRET
from tests.support.ports import free_ports
from tests.support.sessions import tls_session

RUN = os.environ.get("PYTEST_XDIST_TESTRUNUID", uuid4().hex)[:8]
"""The same in every worker, another in every run."""

PROJECT = f"haoshuo-test-{RUN}"
STAND_IN = "localhost/haoshuo/base:bookworm"
SERVICE_UID = 10001
FILES = ("docker-compose.yml", "tests/docker/compose.test.yml")


@dataclass(frozen=True)
class Compose:
    """The running stack."""

    port: int
    secrets: Path
    env_file: Path
    """The knobs: not in this process' environment, where other tests would see them."""

    @property
    def url(self) -> str:
        return f"https://localhost:{self.port}"

    def containers(self, service: str = "") -> list[dict[str, Any]]:
        """`docker inspect` of the containers of one service, or of all."""
        filters = [f"label=com.docker.compose.project={PROJECT}"]
        if service:
            filters.append(f"label=com.docker.compose.service={service}")
        ids = docker("ps", "-aq", *(f"--filter={one}" for one in filters)).split()
        return list(json.loads(docker("inspect", *ids)))

    def execute(self, service: str, *command: str) -> subprocess.CompletedProcess[str]:
        """Run a command in the first container of a service."""
        line = ["docker", "exec", f"{PROJECT}-{service}-1", *command]
        return subprocess.run(line, capture_output=True, text=True, timeout=30, check=False)

    def make(self, target: str, *arguments: str, **knobs: str) -> subprocess.CompletedProcess[str]:
        """Run `make` as an operator does, for this stack, with its knobs and perhaps others."""
        return self._run("make", target, *arguments, knobs=knobs)

    def compose(self, *arguments: str, **knobs: str) -> subprocess.CompletedProcess[str]:
        """Run `docker compose` as an operator does, for this stack."""
        return self._run("docker", "compose", *arguments, knobs=knobs)

    def server(self, *arguments: str, **knobs: str) -> subprocess.CompletedProcess[str]:
        """Run a command of compose/server for this stack."""
        return self._run("python3", "-m", "compose.server", *arguments, knobs=knobs)

    def _run(self, *line: str, knobs: dict[str, str]) -> subprocess.CompletedProcess[str]:
        return subprocess.run(
            line, cwd=ROOT, env=os.environ | self.knobs | knobs, capture_output=True, text=True, check=False
        )

    @property
    def knobs(self) -> dict[str, str]:
        files = {"COMPOSE_PROJECT_NAME": PROJECT, "COMPOSE_FILE": ":".join(FILES)}
        return dict(line.split("=", 1) for line in self.env_file.read_text().splitlines()) | files


def docker(*arguments: str) -> str:
    """What a docker command prints."""
    return subprocess.run(["docker", *arguments], capture_output=True, text=True, check=True).stdout  # noqa: S607


@pytest.fixture(scope="session")
def environment(tmp_path_factory: pytest.TempPathFactory) -> Compose:
    """What compose reads: production mode with secrets of its own, and the light voice."""
    if subprocess.run(["docker", "info"], capture_output=True, check=False).returncode:  # noqa: S607
        if os.environ.get("CI"):
            pytest.fail("CI needs a Docker engine: compose/airgap/engine.sh")
        pytest.skip("no Docker engine answers")
    folder = tmp_path_factory.mktemp("compose")
    stack = Compose(free_ports(1), folder / "secrets", folder / ".env")
    extra_ca = os.environ.get("SSL_CERT_FILE", "/dev/null")
    values = {
        "HAOSHUO_BASE_IMAGE": STAND_IN if docker("images", "-q", STAND_IN) else "",
        "HAOSHUO_DOCKER_GID": str(Path("/var/run/docker.sock").stat().st_gid),
        "HAOSHUO_EDGE_PUBLISH": f"127.0.0.1:{stack.port}",
        "HAOSHUO_EDGE_LOGINS_PER_SECOND": "1000",
        "HAOSHUO_EDGE_LOGIN_BURST": "1000",
        "HAOSHUO_SECRETS": str(stack.secrets),
        "HAOSHUO_TLS_DIR": str(stack.secrets / "tls"),
        "HAOSHUO_WECHAT_APPID": APPID,
        "HAOSHUO_ENV": "prod",
        "HAOSHUO_ENGINE": "baker",
        "EXTRA_CA_FILE": extra_ca,
        "HAOSHUO_HEALTHCHECK_BACKOFF_S": "1",
        "HAOSHUO_HEALTHCHECK_BACKOFF_MAX_S": "1",
        "HAOSHUO_HEALTHCHECK_BUDGET": "50",
    }
    stack.env_file.write_text("".join(f"{name}={value}\n" for name, value in values.items()))
    made = stack.server("secrets")
    assert 0 == made.returncode, made.stderr
    (stack.secrets / "haoshuo_wechat_secret").write_text(SECRET)
    return stack


@pytest.fixture(scope="session")
def docker_compose_command(environment: Compose) -> str:
    return f"docker compose --env-file {environment.env_file}"


@pytest.fixture(scope="session")
def docker_compose_file(environment: Compose) -> list[str]:
    assert environment
    return [str(ROOT / name) for name in FILES]


@pytest.fixture(scope="session")
def docker_compose_project_name() -> str:
    return PROJECT


@pytest.fixture(scope="session")
def docker_setup() -> list[str]:
    return ["build --quiet", "up --detach --wait --wait-timeout 300"]


@pytest.fixture(scope="session")
def docker_cleanup() -> list[str]:
    return ["down --volumes --timeout 2"]


@pytest.fixture(scope="session")
def stack(environment: Compose, docker_services: object) -> Compose:
    assert docker_services
    return environment


@pytest.fixture
async def edge(stack: Compose) -> AsyncIterator[aiohttp.ClientSession]:
    """A client of the published port."""
    async with tls_session(stack.url, stack.secrets / "tls/ca.pem") as session:
        yield session
