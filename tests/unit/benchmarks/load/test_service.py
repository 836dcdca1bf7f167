import json
import os
import socket
import subprocess
import sys
from collections.abc import Iterator
from itertools import pairwise
from pathlib import Path
from types import SimpleNamespace
from typing import Any, cast

import pytest

from benchmarks.load import environment
from benchmarks.load.__main__ import scenarios
from benchmarks.load.plan import FULL, PLANS, QUICK, levels
from benchmarks.load.processes import snapshot, tree
from benchmarks.load.service import Service, free_ports, settings
from compose.local.settings import LocalSettings
from compose.local.stack import Stack


@pytest.fixture
def child() -> Iterator[int]:
    """A process with a child of its own, which has used some CPU."""
    code = "import subprocess, sys; sum(range(3_000_000)); subprocess.run([sys.executable, '-c', 'input()'])"
    with subprocess.Popen([sys.executable, "-c", code], stdin=subprocess.PIPE) as process:
        while len(list(tree(snapshot(), process.pid))) < 2:
            pass
        yield process.pid
        process.communicate(b"\n")


def _service(log_dir: Path = Path(), *processes: dict[str, Any]) -> Service:
    return Service(cast("Stack", SimpleNamespace(log_dir=log_dir, processes=lambda: list(processes))))


def test_the_settings_are_the_defaults(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """But for the engine, development logins, the ports and the folder: no limit is raised for the benchmark."""
    for name in [name for name in os.environ if name.startswith("HAOSHUO_")]:
        monkeypatch.delenv(name)
    ours, defaults = dict(settings(tmp_path)), {name: one.default for name, one in LocalSettings.model_fields.items()}
    different = {name for name in ours if ours[name] != defaults[name]}
    assert {name for name in different if not name.endswith("_port")} == {"engine", "state_dir"}
    assert ("dev", "baker") == (ours["env"], ours["engine"])


def test_the_ports_do_not_collide(tmp_path: Path) -> None:
    """Each service has its own, the api's processes the last ones."""
    chosen = settings(tmp_path)
    others = [getattr(chosen, name) for name in LocalSettings.model_fields if name.endswith("_port")]
    used = {*others, *chosen.api_ports}
    assert len(used) == len(others) + chosen.api_processes - 1


def test_a_port_in_use_is_not_chosen() -> None:
    """Nor any run of ports across it."""
    first = free_ports(3)
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", first + 1))
        taken.listen()
        assert free_ports(3) > first + 1


def test_cpu_and_memory_are_of_a_process_and_its_children(child: int) -> None:
    """The shell that leads a group takes nothing itself; what it started does."""
    service = _service(Path(), {"name": "api-1", "group": "api", "pid": child})
    alone = snapshot()[child]
    assert service.resident_mb("api")["api-1"] > alone.resident_mb > 1
    assert service.cpu_s()["api"] >= alone.cpu_s > 0
    assert service.cpu_s()["generator"] > 0
    assert service.resident_mb("nginx") == {}


def test_a_process_that_does_not_run_takes_nothing() -> None:
    """supervisord gives it the pid 0, which is not the first process of the machine."""
    assert _service(Path(), {"name": "api-1", "group": "api", "pid": 0}).cpu_s()["api"] == 0.0


def test_the_edges_log_is_read_by_request(tmp_path: Path) -> None:
    """Also what was rotated; lines that are no JSON are passed over."""
    for name, request in (("nginx.log", "b"), ("nginx.log.1", "a")):
        line = json.dumps({"request_id": request, "seconds": 0.02, "status": 503})
        (tmp_path / name).write_text(f"nginx: a warning\n{line}\n[1, 2]\n{{}}\n")
    assert {"a": 0.02, "b": 0.02} == _service(tmp_path).edge_seconds()


def test_settings_of_the_shell_are_told(monkeypatch: pytest.MonkeyPatch) -> None:
    """A knob that is not at its default is in the report."""
    monkeypatch.setenv("HAOSHUO_SEGMENTS_IN_FLIGHT", "9")
    facts = environment.environment("quick")
    assert "9" == facts["settings"]["HAOSHUO_SEGMENTS_IN_FLIGHT"]
    assert facts["cores"] >= 1
    json.dumps(facts)


def test_levels_double_up_to_the_most() -> None:
    """1, 2, 4, …; the last is the largest power of two that the cores allow."""
    found = levels(16)
    assert found[0] == 1
    assert all(later == 2 * earlier for earlier, later in pairwise(found))


def test_only_a_full_run_has_the_long_scenarios() -> None:
    """Something is frozen at the end only: whatever comes after it would be measured on a stack that was hurt."""
    names = {name: list(scenarios(plan)) for name, plan in PLANS.items()}
    assert {"soak", "siege"} == set(names["full"]) - set(names["reduced"])
    assert {"overload of long texts", "overload of mixture texts"} == set(names["reduced"]) - set(names["quick"])
    assert {"frozen"} == {ones[-1] for ones in names.values()}
    assert FULL.siege_s >= 600 > QUICK.siege_s


def test_no_secret_is_told(monkeypatch: pytest.MonkeyPatch) -> None:
    """Results are published: of a setting that may hold a secret they say only that it is there."""
    monkeypatch.setenv("HAOSHUO_API_KEY", "hs-1-secret")
    monkeypatch.setenv("HAOSHUO_ENGINE_THREADS", "2")
    told = environment.settings()
    assert "set" == told["HAOSHUO_API_KEY"]
    assert "2" == told["HAOSHUO_ENGINE_THREADS"]
