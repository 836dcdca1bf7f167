"""Commands of this machine."""

from __future__ import annotations

import subprocess
from typing import NamedTuple, Protocol

NOT_FOUND = 127
TIMED_OUT = 124


class Done(NamedTuple):
    """A command that has ended: its exit status, and what it wrote."""

    status: int
    out: str
    err: str = ""

    @property
    def ok(self) -> bool:
        return self.status == 0


class Shell(Protocol):
    """Runs a command to its end; one that does not exist, or takes too long, has a status of its own."""

    def __call__(self, *command: str, timeout_s: float = 60.0) -> Done: ...


def run(*command: str, timeout_s: float = 60.0) -> Done:
    """Implements Shell."""
    try:
        done = subprocess.run(command, capture_output=True, text=True, timeout=timeout_s, check=False)
    except FileNotFoundError:
        return Done(NOT_FOUND, "", f"{command[0]}: not found")
    except subprocess.TimeoutExpired:
        return Done(TIMED_OUT, "", f"{command[0]}: no answer within {timeout_s:g} s")
    return Done(done.returncode, done.stdout.strip(), done.stderr.strip())


def show(*command: str) -> int:
    """Run a command whose output is for whoever sits here; its exit status."""
    try:
        return subprocess.run(command, check=False).returncode
    except FileNotFoundError:
        print(f"✗ {command[0]}: not found", flush=True)  # noqa: T201
        return NOT_FOUND
