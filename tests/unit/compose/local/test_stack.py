import re
import socket
from configparser import RawConfigParser
from pathlib import Path

import pytest

from api.settings import Settings
from compose.local.errors import StackError
from compose.local.settings import ROOT, LocalSettings
from compose.local.stack import Stack
from compose.local.templates import render


def _settings(**values: object) -> LocalSettings:
    return LocalSettings(_env_file=None, **values)  # type: ignore[arg-type]


def _programs(settings: LocalSettings) -> RawConfigParser:
    parser = RawConfigParser()
    template = (ROOT / "compose/local/supervisord.conf.template").read_text()
    parser.read_string(render(template, Stack(settings)._values()))
    return parser


def _tritons(settings: LocalSettings) -> tuple[str, ...]:
    given = re.search(r'HAOSHUO_TRITON_URL="(.*?)"', _programs(settings)["program:api"]["environment"])
    assert given
    return Settings(
        _env_file=None, env="dev", jwt_keys="k" * 32, user_hash_key="h" * 32, triton_url=given[1]
    ).triton_addresses


def test_every_port_knows_its_setting() -> None:
    """Whichever port is taken, the person is told which variable moves it."""
    settings = _settings(api_port=19000, api_processes=2)
    assert {
        8443: "HAOSHUO_EDGE_PORT",
        8444: "HAOSHUO_EDGE_PROBE_PORT",
        16379: "HAOSHUO_REDIS_PORT",
        18000: "HAOSHUO_TRITON_HTTP_PORT",
        18001: "HAOSHUO_TRITON_GRPC_PORT",
        18002: "HAOSHUO_TRITON_METRICS_PORT",
        18090: "HAOSHUO_HEALTHCHECK_PORT",
        19000: "HAOSHUO_API_PORT",
        19001: "HAOSHUO_API_PORT",
    } == settings.listening()


def test_a_port_in_use_is_one_clear_line(tmp_path: Path) -> None:
    """The stack does not start on a taken port, and says which variable to set."""
    with socket.socket() as other:
        other.bind(("127.0.0.1", 0))
        other.listen()
        port = other.getsockname()[1]
        with pytest.raises(StackError, match=rf"端口 {port} 已被占用.*HAOSHUO_EDGE_PORT") as caught:
            Stack(_settings(state_dir=tmp_path, edge_port=port)).start()
    assert "\n" not in str(caught.value)


def test_a_path_too_long_for_a_socket_is_one_clear_line(tmp_path: Path) -> None:
    """A clone deep in the file system is told why it cannot start."""
    with pytest.raises(StackError, match="路径太长"):
        Stack(_settings(state_dir=tmp_path / ("x" * 120))).start()


def test_nothing_runs_before_the_first_start(tmp_path: Path) -> None:
    """Asking a stack that never started is no error."""
    assert Stack(_settings(state_dir=tmp_path)).running() is False


def test_the_api_asks_other_tritons_too(tmp_path: Path) -> None:
    """What is configured stands beside the stack's own, and without any the own is the only one."""
    assert ("127.0.0.1:18001",) == _tritons(_settings(state_dir=tmp_path))
    others = _tritons(_settings(state_dir=tmp_path, other_tritons="a:1,b:2"))
    assert ("127.0.0.1:18001", "a:1", "b:2") == others


def test_triton_is_told_where_its_models_are(tmp_path: Path) -> None:
    """As an absolute path, wherever the person who wrote it was."""
    program = _programs(_settings(state_dir=tmp_path, models_source=Path("mine")))["program:triton"]
    assert f'HAOSHUO_MODELS_SOURCE="{Path("mine").resolve()}"' in program["environment"]


def test_shared_memory_of_two_stacks_has_different_names(tmp_path: Path) -> None:
    """Cleaning up after one stack never touches another's shared memory."""
    assert _settings(state_dir=tmp_path / "a").shm_prefix != _settings(state_dir=tmp_path / "b").shm_prefix
