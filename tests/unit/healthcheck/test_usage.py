import pytest
from aiohttp import web
from aiohttp.test_utils import TestServer

from healthcheck.planned import Usage
from healthcheck.restarter import RestartError
from healthcheck.usage import UsageError, measure
from tests.fakes.restarter import FakeRestarter

METRICS = """\
# HELP nv_gpu_memory_used_bytes GPU used memory, in bytes
# TYPE nv_gpu_memory_used_bytes gauge
nv_gpu_memory_used_bytes{gpu_uuid="GPU-1"} 2097152
nv_gpu_memory_used_bytes{gpu_uuid="GPU-2"} 1048576
# HELP nv_inference_pending_request_count Instantaneous number of pending requests awaiting execution per-model.
# TYPE nv_inference_pending_request_count gauge
nv_inference_pending_request_count{model="acoustic",version="1"} 2
nv_inference_pending_request_count{model="vocoder",version="1"} 1
"""


def _server(text: str) -> TestServer:
    async def metrics(_request: web.Request) -> web.Response:
        return web.Response(text=text)

    app = web.Application()
    app.router.add_get("/metrics", metrics)
    return TestServer(app)


async def test_tritons_own_metrics_and_its_memory_are_put_together() -> None:
    """The fullest GPU, all queues, and the memory that the restarter sees."""
    async with _server(METRICS) as server:
        assert Usage(1500.0, 2.0, 3) == await measure(str(server.make_url("/metrics")), FakeRestarter(memory=1500.0))


async def test_without_a_gpu_its_memory_is_none() -> None:
    """A metric that is not there is 0."""
    async with _server("") as server:
        assert Usage(1.0, 0.0, 0) == await measure(str(server.make_url("/metrics")), FakeRestarter(memory=1.0))


async def test_what_cannot_be_measured_is_an_error(unused_tcp_port: int) -> None:
    """No metrics, or no memory: told with the reason."""
    with pytest.raises(UsageError, match="ClientConnectorError"):
        await measure(f"http://127.0.0.1:{unused_tcp_port}/metrics", FakeRestarter())
    restarter = FakeRestarter(error=RestartError("no stats"))
    async with _server(METRICS) as server:
        with pytest.raises(UsageError, match="no stats"):
            await measure(str(server.make_url("/metrics")), restarter)
        with pytest.raises(UsageError, match="no copy"):
            await measure(str(server.make_url("/metrics")), FakeRestarter(roster=[]))
