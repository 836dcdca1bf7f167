"""Autobahn's test suite for WebSocket servers, in an environment of its own: it needs Python 2.7."""

import asyncio
import json
import shutil
import subprocess
from collections.abc import Iterable, Mapping
from pathlib import Path

REQUIREMENT = "autobahntestsuite==25.10.1"
RUN = "import site, sys; site.addsitedir(sys.argv.pop(1)); from autobahntestsuite import wstest; wstest.run()"
GOOD = {"OK", "NON-STRICT", "INFORMATIONAL"}
"""Of these the suite says that they pass: the second is right, in another order than it would like."""


def python() -> str | None:
    """A Python 2.7, also one that pyenv has and does not use."""
    candidates = [shutil.which("python2.7"), *map(str, Path.home().glob(".pyenv/versions/2.7.*/bin/python2.7"))]
    return next((one for one in candidates if one and _has_pip(one)), None)


def _has_pip(python: str) -> bool:
    return subprocess.run([python, "-m", "pip", "--version"], capture_output=True, check=False).returncode == 0


def install(python: str, folder: Path) -> None:
    """Into the folder, unless it is there."""
    if not folder.exists():
        fresh = folder.with_suffix(".new")
        shutil.rmtree(fresh, ignore_errors=True)
        subprocess.run([python, "-m", "pip", "install", "-q", "--target", fresh, REQUIREMENT], check=True)
        fresh.rename(folder)


async def run(python: str, suite: Path, folder: Path, url: str, cases: Iterable[str]) -> Mapping[str, set[str]]:
    """How the server at `url` behaves in each of the cases, and closes after it; the reports are in `folder`."""
    spec = folder / "spec.json"
    server = {"agent": "haoshuo", "url": url, "options": {"version": 18}}
    spec.write_text(
        json.dumps({"outdir": str(folder), "servers": [server], "cases": [*cases], "exclude-cases": []}), "utf-8"
    )
    process = await asyncio.create_subprocess_exec(
        *(python, "-c", RUN, suite, "-m", "fuzzingclient", "-s", spec),
        stdout=asyncio.subprocess.DEVNULL,
    )
    assert 0 == await process.wait()
    results = json.loads((folder / "index.json").read_text("utf-8"))["haoshuo"]
    return {case: {result["behavior"], result["behaviorClose"]} for case, result in results.items()}
