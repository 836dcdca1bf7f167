"""What supervisord says of a process; what is done to real ones is in tests/integration/test_healing.py."""

import socket
from pathlib import Path

import pytest

from healthcheck.restarter import Copy, RestartError
from healthcheck.supervisord import SupervisordRestarter, _copy


def _process(group: str, name: str, state: str, age_s: int) -> dict[str, object]:
    return {"group": group, "name": name, "statename": state, "now": 1000, "start": 1000 - age_s, "pid": 7}


@pytest.mark.parametrize(
    ("state", "age_s", "starting", "stopped"),
    [
        ("STARTING", 0, True, False),
        ("BACKOFF", 3, True, False),
        ("RUNNING", 59, True, False),
        ("RUNNING", 61, False, False),
        ("STOPPING", 500, False, False),
        ("STOPPED", 500, False, True),
        ("EXITED", 5, False, True),
        ("FATAL", 5, False, True),
    ],
)
def test_what_is_young_is_starting(state: str, age_s: int, *, starting: bool, stopped: bool) -> None:
    """For as long as the setting says; what supervisord does not start again is stopped."""
    copy = _copy(_process("triton", "triton", state, age_s), 60)
    assert (starting, stopped) == (copy.starting, copy.stopped)
    assert (state == "STOPPING") is copy.ending
    assert (age_s if state in {"STARTING", "RUNNING"} else None) == copy.age_s


def test_each_api_has_its_address() -> None:
    """Its name ends with its port; of everything else there is one."""
    api = _copy(_process("api", "api-18081", "RUNNING", 100), 60)
    assert api.serves("127.0.0.1:18081")
    assert not api.serves("127.0.0.1:18080")
    assert Copy("edge", "nginx", frozenset({"127.0.0.1"}), age_s=100) == _copy(
        _process("nginx", "nginx", "RUNNING", 100), 60
    )


async def test_a_supervisord_that_is_away_is_an_error(tmp_path: Path) -> None:
    """Told, not raised as something else."""
    with pytest.raises(RestartError, match="FileNotFoundError"):
        await SupervisordRestarter(tmp_path / "no.sock", 60).copies()


async def test_a_supervisord_that_hangs_is_an_error(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """It takes the call and never answers: nobody waits for ever."""
    monkeypatch.setattr("healthcheck.supervisord.ANSWER_S", 0.05)
    with socket.socket(socket.AF_UNIX) as server:
        server.bind(str(tmp_path / "s"))
        server.listen()
        with pytest.raises(RestartError, match="TimeoutError"):
            await SupervisordRestarter(tmp_path / "s", 60).copies()
