import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from compose.server.project import Project
from compose.server.shell import Done
from tests.fakes.shell import FakeShell

PACKAGES = "http://user:hidden@localhost:1/simple"
Sound = Callable[..., tuple[Project, FakeShell]]


@pytest.fixture
def sound(tmp_path: Path) -> Sound:
    """A project on a machine on which nothing is wrong; `gpu=True` for one that uses a GPU and has it."""

    def make(*, gpu: bool = False, **api: str) -> tuple[Project, FakeShell]:
        (tmp_path / "docker.sock").touch()
        (tmp_path / "secrets").mkdir(exist_ok=True)
        config = json.dumps(_config(tmp_path, gpu, api))
        shell = FakeShell(
            {
                "docker version": Done(0, "28.2.2"),
                "docker compose version": Done(0, "2.26.1"),
                "docker compose --profile": Done(0, config),
                "docker compose ps": Done(0, ""),
                "docker compose run": Done(0, "✓ haoshuo_jwt_keys\n⚠ 证书是自签名的"),
                "docker buildx version": Done(0, "0.13"),
                "docker image inspect": Done(0, "[]"),
                "docker info --format {{.DockerRootDir}}": Done(0, str(tmp_path)),
                "docker info --format {{.MemTotal}}": Done(0, "8000000000"),
                "docker info --format {{json .Runtimes}}": Done(0, '{"nvidia":{},"runc":{}}' if gpu else "{}"),
            }
        )
        if gpu:
            shell.answers["nvidia-smi"] = Done(0, "NVIDIA L20, 580.65.06")
        return Project(shell, tmp_path), shell

    return make


def _config(folder: Path, gpu: bool, api: dict[str, str]) -> dict[str, Any]:  # noqa: FBT001
    """What matters of `docker compose config --format json`."""
    triton: dict[str, Any] = {
        "image": "triton",
        "build": {"args": {"BASE": "debian", "TRITON_BASE": "base"}},
        "environment": {"HAOSHUO_ENGINE": "indextts2" if gpu else "kokoro"},
    }
    if gpu:
        triton |= {"deploy": {}, "volumes": [{"source": str(folder / "model"), "target": "/voices/indextts2"}]}
    environment = {"HAOSHUO_ENV": "prod", "HAOSHUO_WECHAT_APPID": "wx1", "HAOSHUO_WECHAT_URL": "http://localhost:1"}
    return {
        "services": {
            "edge": {"image": "edge", "ports": [{"published": "1", "host_ip": "127.0.0.1"}]},
            "api": {
                "image": "api",
                "build": {"args": {"BASE": "debian", "PIP_INDEX_URL": PACKAGES, "NPM_CONFIG_REGISTRY": PACKAGES}},
                "environment": environment | api,
            },
            "triton": triton,
            "socket-proxy": {
                "image": "proxy",
                "group_add": [str((folder / "docker.sock").stat().st_gid)],
                "volumes": [{"source": str(folder / "docker.sock"), "target": "/var/run/docker.sock"}],
            },
        },
        "secrets": {
            "haoshuo_jwt_keys": {"file": str(folder / "secrets/haoshuo_jwt_keys")},
            "extra_ca": {"file": "/dev/null"},
        },
    }
