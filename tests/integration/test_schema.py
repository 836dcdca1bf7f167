"""Whatever is sent to the real stack, its answers are those of /v1/openapi.json."""

import os
import re
import subprocess
import sys

import pytest

from compose.local.settings import ROOT
from compose.local.stack import Stack

KEY = re.compile(r"hs-[0-9a-f]{12}-[\w-]{43}")
PLENTY = ("--calls", "1000000", "--characters", "1000000000", "--in-progress", "64")
SCHEMATHESIS = (
    sys.executable,
    "-m",
    "schemathesis.cli",
    "--config-file",
    str(ROOT / "tests/conformance/schemathesis.toml"),
    "run",
    "--workers",
    "2",
)
WITHOUT = ("--exclude-path", "/login", "--exclude-path", "/tts", "--exclude-path", "/v1/audio/speech/batch")
"""Other names of operations, and the batch, which takes a third of the time for bodies of `/v1/audio/speech`."""


@pytest.mark.parametrize(
    "options",
    [
        pytest.param(("--max-examples", "3", *WITHOUT), id="few"),
        pytest.param(("--max-examples", "40"), id="many", marks=pytest.mark.full),
    ],
)
def test_nothing_is_outside_the_schema(stack: Stack, options: tuple[str, ...]) -> None:
    """Valid and invalid requests of every operation get what its part of the document says, and no 5xx but 503.

    That is: a status, a media type, headers, a body, and an error code that is listed there.
    """
    run = subprocess.run(
        [*SCHEMATHESIS, *options, "--tls-verify", stack.ca, f"{stack.settings.url}/v1/openapi.json"],
        env={**os.environ, "SCHEMATHESIS_TOKEN": _key(stack), "PYTHONPATH": str(ROOT)},
        capture_output=True,
        text=True,
        check=False,
    )
    assert 0 == run.returncode, run.stdout + run.stderr


def _key(stack: Stack) -> str:
    """An API key that no limit stops."""
    environment = {
        "HAOSHUO_ENV": "dev",
        "HAOSHUO_REDIS_URL": f"redis://127.0.0.1:{stack.settings.redis_port}/0",
        "HAOSHUO_SECRETS_DIR": str(stack.secrets_dir),
    }
    made = subprocess.run(
        [sys.executable, "-m", "api.keys", "create", "schemathesis", *PLENTY],
        env=environment,
        cwd=ROOT,
        check=True,
        capture_output=True,
        text=True,
    )
    found = KEY.search(made.stdout)
    assert found
    return found[0]
