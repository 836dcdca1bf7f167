from collections.abc import AsyncIterator

import pytest
from aiohttp import web
from aiohttp.test_utils import TestServer

from healthcheck.restarters import DockerRestarter, RestartError


def _container(service: str, number: int, status: str = "Up 2 minutes (healthy)") -> dict[str, object]:
    return {
        "Names": [f"/haoshuo-{service}-{number}"],
        "State": "running" if status.startswith("Up") else "exited",
        "Status": status,
        "Labels": {"com.docker.compose.service": service},
    }


class FakeDocker:
    def __init__(self) -> None:
        self.containers: list[dict[str, object]] = []
        self.restarted: list[str] = []

    def app(self) -> web.Application:
        app = web.Application()
        app.router.add_get("/containers/json", self._list)
        app.router.add_post("/containers/{name}/restart", self._restart)
        return app

    async def _list(self, _request: web.Request) -> web.Response:
        return web.json_response(self.containers)

    async def _restart(self, request: web.Request) -> web.Response:
        if request.match_info["name"] == "haoshuo-redis-1":
            return web.Response(status=403)
        self.restarted.append(f"{request.match_info['name']} t={request.query['t']}")
        return web.Response(status=204)


@pytest.fixture
def docker() -> FakeDocker:
    return FakeDocker()


@pytest.fixture
async def restarter(docker: FakeDocker) -> AsyncIterator[DockerRestarter]:
    async with TestServer(docker.app()) as server:
        yield DockerRestarter(str(server.make_url("")).rstrip("/"))


async def test_only_the_sick_replica_is_restarted(docker: FakeDocker, restarter: DockerRestarter) -> None:
    """Of several replicas the healthy ones serve on, as do other services."""
    docker.containers = [
        _container("api", 1),
        _container("api", 2, "Up 2 minutes (unhealthy)"),
        _container("api", 3, "Exited (1) 5 seconds ago"),
        _container("triton", 1, "Up 2 minutes (unhealthy)"),
    ]
    await restarter.restart("api")
    assert ["haoshuo-api-2 t=5", "haoshuo-api-3 t=5"] == docker.restarted


async def test_where_docker_sees_no_sick_one_all_are_restarted(docker: FakeDocker, restarter: DockerRestarter) -> None:
    """The probe knows better than Docker's own check: each replica is restarted, one after the other."""
    docker.containers = [_container("triton", 1), _container("triton", 2)]
    await restarter.restart("triton")
    assert ["haoshuo-triton-1 t=5", "haoshuo-triton-2 t=5"] == docker.restarted


@pytest.mark.parametrize("service", ["edge", "redis"])
async def test_a_restart_that_cannot_be_done_is_an_error(
    docker: FakeDocker, restarter: DockerRestarter, service: str
) -> None:
    """No such container, or a refusal by the proxy, is told."""
    docker.containers = [_container("redis", 1)]
    with pytest.raises(RestartError):
        await restarter.restart(service)


async def test_a_proxy_that_is_away_is_an_error(unused_tcp_port: int) -> None:
    """Nobody answers: told, not raised as something else."""
    with pytest.raises(RestartError, match="ClientConnectorError"):
        await DockerRestarter(f"http://127.0.0.1:{unused_tcp_port}").restart("api")
