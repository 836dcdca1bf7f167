"""The command by which an operator makes API keys, for a stack under test."""

import asyncio
import sys
from asyncio.subprocess import PIPE, STDOUT

from compose.local.settings import ROOT
from compose.local.stack import Stack


async def keys(stack: Stack, *arguments: str) -> tuple[int, str]:
    """Exit status, and what is written, of `python -m api.keys`."""
    environment = {
        "HAOSHUO_ENV": "dev",
        "HAOSHUO_REDIS_URL": f"redis://127.0.0.1:{stack.settings.redis_port}/0",
        "HAOSHUO_SECRETS_DIR": str(stack.secrets_dir),
    }
    process = await asyncio.create_subprocess_exec(
        sys.executable, "-m", "api.keys", *arguments, env=environment, cwd=ROOT, stdout=PIPE, stderr=STDOUT
    )
    output, _ = await process.communicate()
    assert process.returncode is not None
    return process.returncode, output.decode().strip()


async def new_key(stack: Stack, *limits: str) -> str:
    """An API key."""
    status, key = await keys(stack, "create", "client", *limits)
    assert 0 == status, key
    return key
