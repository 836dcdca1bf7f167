"""Other people's programs, installed in environments of their own under .local/clients and run against a stack."""

import asyncio
import json
import os
import shutil
import subprocess
import sys
from asyncio.subprocess import PIPE, STDOUT
from collections.abc import Sequence
from contextlib import suppress
from dataclasses import dataclass, field
from itertools import count
from pathlib import Path
from typing import Any

from compose.local.settings import ROOT

INSTALLED = ROOT / ".local/clients"
NPM = ROOT / "tests/clients/npm"

QUIET = {"LITELLM_LOCAL_MODEL_COST_MAP": "True", "OPENAI_AGENTS_DISABLE_TRACING": "1", "DO_NOT_TRACK": "1"}
"""They ask and tell nobody else."""

RUNNING_S = 240


def python_environment(name: str, base: str = sys.executable) -> Path:
    """The interpreter of an environment with what requirements/<name>.txt pins; soon there if it was before."""
    python = INSTALLED / name / "bin/python"
    if not python.exists():
        _uv("venv", "--clear", "--no-python-downloads", "--python", base, str(INSTALLED / name))
    _uv("pip", "sync", "--require-hashes", "--python", str(python), str(ROOT / f"requirements/{name}.txt"))
    return python


def npm_environment(programs: Path) -> Path:
    """A folder with the programs for Node.js and what their package-lock.json pins; node and npm are in `programs`."""
    folder = INSTALLED / "npm"
    shutil.copytree(NPM, folder, dirs_exist_ok=True)
    environment = os.environ | {"PATH": f"{programs}:{os.environ['PATH']}"}
    command = [str(programs / "npm"), "ci", "--ignore-scripts", "--no-audit", "--no-fund"]
    subprocess.run(command, cwd=folder, env=environment, check=True, timeout=600)
    return folder


def newer_python() -> str | None:
    """A Python 3.12 or newer, on PATH or of pyenv, if this machine has one."""
    pyenv = Path(os.environ.get("PYENV_ROOT", Path.home() / ".pyenv")) / "versions"
    names = ("python3.12", "python3.13", "python3.14")
    for candidate in [*names, *(str(path) for name in names for path in pyenv.glob(f"*/bin/{name}"))]:
        with suppress(OSError):
            if subprocess.run([candidate, "-V"], capture_output=True, check=False, timeout=60).returncode == 0:
                return candidate
    return None


def _uv(*arguments: str) -> None:
    subprocess.run([Path(sys.prefix) / "bin/uv", "--quiet", *arguments], cwd=ROOT, check=True, timeout=600)


@dataclass(frozen=True)
class Outcome:
    """What a client's program has written."""

    folder: Path
    facts: dict[str, Any]

    def file(self, name: str) -> bytes:
        return (self.folder / name).read_bytes()

    def was_streamed(self, name: str) -> bool:
        """Whether its first sound was there long before its last."""
        times = self.facts[name]
        return bool(times["first_s"] < 0.7 * times["last_s"])


_numbers = count(11)


@dataclass(frozen=True)
class Clients:
    """Runs them with a key for the stack at `url`, whose certificate is signed by `ca`."""

    url: str
    ca: Path
    key: str
    folder: Path
    texts: tuple[str, str] = field(default_factory=lambda: (_new_text(), _new_text()))
    """What they say; nothing of it was said before, so that it is not there at once from a cache."""

    async def python(self, program: str, python: Path, **environment: str) -> Outcome:
        return await self._run([python, "-m", f"tests.clients.{program}"], ROOT, environment)

    async def node(self, program: str, programs: Path, folder: Path) -> Outcome:
        return await self._run([programs / "node", f"{program}.js"], folder, {})

    async def _run(self, command: Sequence[str | Path], cwd: Path, environment: dict[str, str]) -> Outcome:
        process = await asyncio.create_subprocess_exec(
            *command, env=self._environment() | environment, cwd=cwd, stdout=PIPE, stderr=STDOUT
        )
        try:
            async with asyncio.timeout(RUNNING_S):
                output, _ = await process.communicate()
        finally:
            with suppress(ProcessLookupError):
                process.kill()
        assert 0 == process.returncode, output.decode()
        return Outcome(self.folder, json.loads((self.folder / "facts.json").read_text()))

    def _environment(self) -> dict[str, str]:
        return {
            **QUIET,
            "PATH": os.environ["PATH"],
            "HOME": str(self.folder),
            "OPENAI_BASE_URL": f"{self.url}/v1",
            "OPENAI_API_KEY": self.key,
            "SSL_CERT_FILE": str(self.ca),
            "NODE_EXTRA_CA_CERTS": str(self.ca),
            "OUT": str(self.folder),
            "TEXTS": json.dumps(self.texts),
        }


def _new_text() -> str:
    number = next(_numbers)
    return "".join(f"{number}号公园今天来了{number * more}个人，天气真好。" for more in range(2, 10))
