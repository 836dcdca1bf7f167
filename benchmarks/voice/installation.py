"""`python -m benchmarks.voice.installation`: install the judges, and print the interpreter that has them."""

from pathlib import Path

from benchmarks.environments import environment
from compose.local.settings import ROOT

HOME = ROOT / ".local/voice-bench"
PACKAGES = ROOT / "requirements/voice-bench.txt"


def installed() -> Path:
    """Without what the packages name as needed: the project's environment has it, or it is for parts left unused."""
    return environment(HOME, PACKAGES, "--no-deps")


if __name__ == "__main__":
    print(installed())  # noqa: T201 - this is a command line
