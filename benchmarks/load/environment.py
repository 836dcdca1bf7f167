"""On what, and of what, the numbers are."""

import os
import platform
import re
import subprocess
from datetime import UTC, datetime
from pathlib import Path

from benchmarks.load.bench import Result
from benchmarks.load.plan import CORES
from compose.local.settings import ROOT


def environment(plan: str) -> Result:
    return {
        "date": datetime.now(UTC).isoformat(timespec="seconds"),
        "plan": plan,
        "commit": _git("rev-parse", "HEAD"),
        "changed_files": len(_git("status", "--porcelain").splitlines()),
        "cpu": _cpu(),
        "avx512": "avx512f" in Path("/proc/cpuinfo").read_text(),
        "cores": CORES,
        "memory_gib": round(os.sysconf("SC_PHYS_PAGES") * os.sysconf("SC_PAGE_SIZE") / 2**30, 1),
        "system": platform.platform(),
        "python": platform.python_version(),
        "settings": settings(),
        "load_before": os.getloadavg(),
    }


SECRET = re.compile("KEY|SECRET|TOKEN|PASSWORD|URL")
"""In the name of a setting that may hold one: an address may have a password in it."""


def settings() -> dict[str, str]:
    """What is not the default: that the benchmark sets, and that this shell and `.env` set; of secrets their names."""
    ours = {name: value for name, value in sorted(os.environ.items()) if name.startswith("HAOSHUO_")}
    given = {name: "set" if SECRET.search(name) else value for name, value in ours.items()}
    file = {".env": "present: what it sets is not the default"} if (ROOT / ".env").exists() else {}
    return {"HAOSHUO_ENV": "dev", "ports, state_dir": "free ones, a temporary one"} | given | file


def _cpu() -> str:
    found = re.search(r"model name\s*: (.*)", Path("/proc/cpuinfo").read_text())
    return found[1] if found else platform.machine()


def _git(*arguments: str) -> str:
    done = subprocess.run(["git", *arguments], cwd=ROOT, capture_output=True, text=True, check=False)  # noqa: S607
    return done.stdout.strip()
