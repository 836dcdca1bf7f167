"""A client of the real nginx and hypercorn, with a fake engine behind them."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path

import aiohttp

from api.engine.engine import Engine
from api.settings import Settings
from tests.support.app import serving
from tests.support.edge import running_edge
from tests.support.sessions import tls_session


@asynccontextmanager
async def edge_client(folder: Path, tls: Path, engine: Engine) -> AsyncIterator[aiohttp.ClientSession]:
    """Logged in; there is no Redis. `tls` has the certificate of the edge."""
    settings = Settings(
        _env_file=None,
        env="dev",
        jwt_keys="k" * 32,
        user_hash_key="h" * 32,
        redis_url="redis://127.0.0.1:1/0",
        audit_path=str(folder / "audit.log"),
    )
    async with (
        serving(settings, engine) as port,
        running_edge(folder, tls, others=[port], handler=None) as edge,
        tls_session(edge.url, tls / "ca.pem") as session,
    ):
        async with session.post("/login", json={"code": "dev:lily"}) as response:
            session.headers["Authorization"] = f"Bearer {(await response.json())['token']}"
        yield session
