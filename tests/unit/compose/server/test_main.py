"""`make up` and its like: what is decided is remembered, what lacks is said before anything is built."""

import json
from pathlib import Path

import pytest

from compose.server import __main__ as server
from compose.server.shell import Done
from tests.unit.compose.server.conftest import Sound


@pytest.fixture
def shown(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """The commands whose output a person sees; all of them succeed."""
    commands: list[str] = []

    def show(*command: str) -> int:
        commands.append(" ".join(command))
        return 0

    monkeypatch.setattr(server, "show", show)
    return commands


def test_nothing_is_built_where_something_lacks(
    sound: Sound, shown: list[str], capsys: pytest.CaptureFixture[str]
) -> None:
    """What is wrong is said, and what is good is not."""
    project, shell = sound(HAOSHUO_WECHAT_APPID="")
    assert 1 == server.up(project, shell, "", build=False)
    assert [] == shown
    lines = capsys.readouterr().out.splitlines()
    assert any(line.startswith("✗") and "HAOSHUO_WECHAT_APPID" in line for line in lines)
    assert not [line for line in lines if line.startswith("✓")]


def test_it_starts(sound: Sound, shown: list[str], capsys: pytest.CaptureFixture[str]) -> None:
    """The sidecar is stopped before, and runs again after; nothing is pulled."""
    project, shell = sound()
    shell.answers["docker compose ps --all --quiet healthcheck"] = Done(0, "abc")
    shell.answers["docker start"] = Done(0, "abc")
    assert 0 == server.up(project, shell, "", build=False, only=["api"])
    stop, up = shown
    assert "docker compose stop healthcheck" == stop
    assert up.startswith("docker compose up --detach --no-build --wait")
    assert up.endswith(" api")
    assert "docker start abc" in shell.asked
    assert "就绪 ready: https://localhost:1/healthz" in capsys.readouterr().out


def test_what_is_not_ready_explains_itself(
    sound: Sound, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    """The last lines of the services that are not well, and of no others."""
    project, shell = sound()
    containers = [
        {"Name": "haoshuo-redis-1", "State": "running", "Health": "healthy", "Status": "Up"},
        {"Name": "haoshuo-api-1", "State": "restarting", "Health": "", "Status": "Restarting (78)"},
    ]
    shell.answers["docker compose ps --all --format json"] = Done(0, "\n".join(map(json.dumps, containers)))
    shell.answers["docker logs"] = Done(0, "", "缺少配置 missing: HAOSHUO_JWT_KEYS")
    monkeypatch.setattr(server, "show", lambda *command: int("up" in command))
    with pytest.raises(server.StopError, match="没有就绪"):
        server.up(project, shell, "", build=False)
    told = capsys.readouterr().err
    assert "haoshuo-api-1: Restarting (78)\n缺少配置 missing: HAOSHUO_JWT_KEYS" in told
    assert "redis" not in told


@pytest.mark.parametrize(
    ("before", "asked", "has_gpu", "after"),
    [
        ("", "", False, ""),
        ("", "", True, "COMPOSE_FILE=docker-compose.yml:docker-compose.gpu.yml\n"),
        ("", "1", False, "COMPOSE_FILE=docker-compose.yml:docker-compose.gpu.yml\n"),
        ("COMPOSE_FILE=docker-compose.yml\n", "", True, "COMPOSE_FILE=docker-compose.yml\n"),
        ("COMPOSE_FILE=docker-compose.yml:docker-compose.gpu.yml\n", "0", True, "COMPOSE_FILE=docker-compose.yml\n"),
    ],
)
def test_the_gpu_is_decided_once(
    sound: Sound,
    tmp_path: Path,
    before: str,
    asked: str,
    has_gpu: bool,  # noqa: FBT001
    after: str,
) -> None:
    """It is used where it is found, and from then on, also where it is not seen for a while; until told otherwise."""
    project, shell = sound(gpu=has_gpu)
    (tmp_path / ".env").write_text(before)
    server.decide(project, shell, asked)
    assert after == (tmp_path / ".env").read_text()


def test_the_socket_s_group_is_remembered(sound: Sound, tmp_path: Path) -> None:
    """For whoever calls `docker compose` by hand."""
    project, shell = sound()
    config = shell.answers["docker compose --profile"].out
    shell.answers["docker compose --profile"] = Done(0, config.replace('"group_add": ["', '"group_add": ["9'))
    server.decide(project, shell, "")
    assert f"HAOSHUO_DOCKER_GID={(tmp_path / 'docker.sock').stat().st_gid}\n" == (tmp_path / ".env").read_text()


def test_the_doctor_says_everything(sound: Sound, capsys: pytest.CaptureFixture[str]) -> None:
    """What is good, too; its status is 1 where something is wrong, here the two indexes of packages."""
    assert 1 == server.doctor(*sound())
    lines = capsys.readouterr().out.splitlines()
    assert {"✓", "⚠", "✗"} == {line[0] for line in lines}
    assert 2 == sum(line.startswith("✗") for line in lines)
