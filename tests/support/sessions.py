"""Clients of an edge."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any

import aiohttp

from compose import credentials

CLOSING_S = 0.05
"""aiohttp is done with a session a little before the TLS connections are; what the loop's end cuts off is a warning."""


@asynccontextmanager
async def tls_session(
    url: str, ca: Path, timeout_s: float = 300, **options: Any
) -> AsyncIterator[aiohttp.ClientSession]:
    """A session with the edge at `url`, whose certificate `ca` signed; `options` are those of aiohttp's connector."""
    connector = aiohttp.TCPConnector(ssl=credentials.client_context(ca), **options)
    timeout = aiohttp.ClientTimeout(total=timeout_s)
    async with aiohttp.ClientSession(url, connector=connector, timeout=timeout) as session:
        yield session
    await asyncio.sleep(CLOSING_S)
