"""Every scenario on a service of a few lines, with windows of an instant: that it runs, and counts what happened."""

import asyncio
import os
import random
import signal
import ssl
import subprocess
import sys
from collections import Counter
from collections.abc import AsyncIterator, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, replace
from functools import partial
from itertools import count
from pathlib import Path
from types import SimpleNamespace
from typing import Any, cast

import pytest
from aiohttp import web

from benchmarks.load import __main__ as program
from benchmarks.load import fairness as occasional
from benchmarks.load import frozen as freezing
from benchmarks.load.bench import Bench
from benchmarks.load.client import Client
from benchmarks.load.fairness import fairness
from benchmarks.load.frozen import frozen
from benchmarks.load.overload import overload
from benchmarks.load.plan import QUICK, Load
from benchmarks.load.pressed import pressed
from benchmarks.load.report import lines
from benchmarks.load.service import Service
from benchmarks.load.siege import soak
from benchmarks.load.slow import slow
from benchmarks.load.statistics import Window
from benchmarks.load.table import table
from benchmarks.load.users import Users
from compose.local.stack import Stack
from tests.fakes.speech_service import FakeSpeech, refusal, wav
from tests.support.waiting import until

INSTANT = (0.0, 0.1)
AT_ONCE = 2
"""Calls that the service works on; most others are refused."""

REFUSED = 0.7
"""Of those others: if all were, whose call is let in would depend on a race, and a retry may never win it."""


@dataclass(frozen=True)
class FakeService(Service):
    """The processes of no stack: each look at them has taken a second of CPU more."""

    speech: FakeSpeech
    looks: Iterator[int]

    @property
    def url(self) -> str:
        return self.speech.url

    def users(self, receive_buffer: int | None = None) -> Users:
        return Users(self.url, ssl.create_default_context(), receive_buffer)

    def cpu_s(self) -> dict[str, float]:
        return dict.fromkeys(("api", "nginx", "triton", "generator"), float(next(self.looks)))

    def resident_mb(self, group: str) -> dict[str, float]:
        return {f"{group}-1": 100.0 + next(self.looks)}

    def processes(self) -> dict[str, tuple[int, int]]:
        return {"api-1": (1, 1), "triton": (2, 1)}

    def events(self) -> list[dict[str, Any]]:
        return []

    def edge_seconds(self) -> dict[str, float]:
        return {"refused": 0.02}


class PatientBench(Bench):
    """Ends a window when enough calls were made in it, however slow the machine."""

    async def window(self, client: Client, label: str, callers: int, times: tuple[float, float]) -> Window:
        speech = cast("FakeService", self.service).speech
        enough = len(speech.texts) + 3 * callers + 10
        await until(lambda: len(speech.texts) >= enough, 60)
        return await super().window(client, label, callers, times)


@pytest.fixture
async def bench(service: FakeSpeech) -> AsyncIterator[Bench]:
    """A service with room for two calls, which says to most others that they should come back at once."""

    async def answer(_request: web.Request) -> web.StreamResponse:
        if service.in_progress > AT_ONCE and random.random() < REFUSED:
            await asyncio.sleep(0.02)
            return refusal(Retry_After="0", X_Request_Id="refused")
        await asyncio.sleep(0.02)
        return web.Response(body=wav())

    service.answer = answer
    load = Load((1, 2, 4), INSTANT, INSTANT)
    plan = replace(QUICK, loads={"short": load}, table_s=INSTANT, visits=3, pressed_s=INSTANT, slow_s=0.5)
    fake = FakeService(cast("Stack", None), service, count())
    bench = PatientBench(fake, fake.users(), plan)
    bench.results |= {
        "environment": {"date": "2026-11-25"},
        "failed": {},
        "skipped": [],
        "restarts": {},
        "seconds": 1.0,
    }
    yield bench
    await bench.users.close()


async def test_overload(bench: Bench) -> None:
    """Peak, 3×, 10×, peak of the capacity that was found, each with the refusals that it took."""
    found = await overload(bench, "short")
    callers = found["capacity"]
    assert callers in {1, 2, 4}
    assert [1, 2, 4] == [level["callers"] for level in found["levels"]]
    assert [("peak", 1), ("3×", 3), ("10×", 10), ("peak", 1)] == [
        (window["label"], window["callers"] / callers) for window in found["windows"]
    ]
    assert {"3×", "10×"} == set(found["ratios"])
    assert found["outcomes"]["spoken"] > 0
    assert found["outcomes"]["refused"] == found["refusals"]["count"] == found["refusals"]["with_retry_after"] > 0
    assert 0.02 == found["refusals"]["edge_p95_s"]
    assert 0 < found["retry_after"]["let_in"] <= found["retry_after"]["retries"]


async def test_the_other_scenarios(bench: Bench, monkeypatch: pytest.MonkeyPatch) -> None:
    """All of them can be told in the report, and say what they are to show."""
    monkeypatch.setattr(occasional, "WARM_S", 0.05)
    monkeypatch.setattr(occasional, "BETWEEN_S", 0.01)
    bench.results["overload of short texts"] = await overload(bench, "short")
    for name, scenario in {
        "fairness": fairness,
        "the table of the issue": table,
        "callers who are not polite": pressed,
        "slow readers": slow,
    }.items():
        bench.results[name] = await scenario(bench)
    assert list(QUICK.rows) == [(row["callers"], row["characters"]) for row in bench.results["the table of the issue"]]
    assert {"1", "10"} == set(bench.results["fairness"]["floods"])
    assert {"spoken": 3} == bench.results["fairness"]["idle"]["outcomes"]
    assert bench.results["fairness"]["floods"]["10"]["flood"]["refused"] > 0
    assert bench.results["callers who are not polite"][0]["outcomes"]["refused"] > 0
    assert bench.results["slow readers"]["answers_begun"] > 0
    assert bench.results["slow readers"]["bytes_read"] > 0
    assert "## Slow readers" in lines(bench.results)


@pytest.fixture
def server() -> Iterator[subprocess.Popen[bytes]]:
    with subprocess.Popen([sys.executable, "-c", "input()"], stdin=subprocess.PIPE) as process:
        yield process
        process.communicate(b"\n")


async def test_what_is_frozen_is_watched_until_somebody_ends_it(
    bench: Bench, server: subprocess.Popen[bytes], monkeypatch: pytest.MonkeyPatch
) -> None:
    """How long that took, and what callers heard from then on; one that nobody ends goes on in the end."""
    monkeypatch.setattr(freezing, "TARGETS", {"api": sys.executable})
    monkeypatch.setattr(freezing, "AFTER_S", 0.2)
    stack = SimpleNamespace(processes=lambda: [{"group": "api", "pid": server.pid}])
    bench.service = replace(cast("FakeService", bench.service), stack=cast("Stack", stack))
    bench.results["overload of short texts"] = {"capacity": 1}
    bench.plan = replace(bench.plan, found_s=0.3)
    unseen = await frozen(bench)
    assert server.poll() is None
    bench.plan = replace(bench.plan, found_s=30)
    watcher = asyncio.create_task(_end_what_is_stopped(server))
    seen = await frozen(bench)
    await watcher
    assert unseen["api"]["found_s"] is None
    assert 0 <= seen["api"]["found_s"] < 30
    assert seen["api"]["outcomes"]["spoken"] > 0
    assert seen["api"]["longest_silence_s"] > 0


async def _end_what_is_stopped(process: subprocess.Popen[bytes]) -> None:
    await until(lambda: " T " in Path(f"/proc/{process.pid}/stat").read_text(), 30)
    process.kill()
    process.wait()


async def test_a_soak_is_cut_into_pieces(bench: Bench, monkeypatch: pytest.MonkeyPatch) -> None:
    """Each piece has its goodput and the memory at its end, so that a drift shows."""
    monkeypatch.setattr("benchmarks.load.siege.PIECE_S", 0.1)
    bench.plan = replace(bench.plan, soak_s=0.3)
    bench.results["overload of mixture texts"] = {"capacity": 2}
    found = await soak(bench)
    assert {2} == {window["callers"] for window in found["windows"]}
    memory = [one["api"]["api-1"] for one in found["resident_mb"]]
    assert memory == sorted(memory)
    assert len(memory) == len(found["windows"]) > 0


async def test_one_that_fails_is_told_and_the_next_one_runs(bench: Bench) -> None:
    """The traceback is kept under its name; nothing is invented in its place."""

    async def breaks(_bench: Bench) -> None:
        raise ValueError("no room")

    await program._run(bench, "breaks", breaks)
    await program._run(bench, "overload of short texts", partial(overload, kind="short"))
    assert ["breaks"] == list(bench.results["failed"])
    assert "ValueError: no room" in bench.results["failed"]["breaks"]
    assert "breaks" not in bench.results
    assert "overload of short texts" in bench.results
    assert {"breaks": [], "overload of short texts": []} == bench.results["restarts"]


async def test_who_is_told_to_end_stops_the_stack(
    bench: Bench, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """SIGTERM, as of a time limit, leaves no supervisord behind."""
    stopped = []

    @contextmanager
    def running() -> Iterator[Service]:
        try:
            yield bench.service
        finally:
            stopped.append(True)

    async def ends(_bench: Bench) -> None:
        os.kill(os.getpid(), signal.SIGTERM)
        await asyncio.sleep(60)

    monkeypatch.setattr(program, "running", running)
    monkeypatch.setattr(program, "scenarios", lambda _plan: {"ends": ends})
    measuring = asyncio.create_task(program.measure(bench.plan, tmp_path))
    await asyncio.wait([measuring])
    asyncio.get_running_loop().remove_signal_handler(signal.SIGTERM)
    assert measuring.cancelled()
    assert stopped


async def test_a_window_has_the_cpu_that_was_spent_in_it(bench: Bench) -> None:
    """The difference of two looks, not the sum since the start."""
    window = await Bench.window(bench, bench.client(), "peak", 1, INSTANT)
    spent = dict(window.cpu_s)
    assert 0 <= spent.pop("machine") < 3600
    assert Counter(spent) == dict.fromkeys(("api", "nginx", "triton", "generator"), 1.0)
    assert window.seconds >= INSTANT[1]
