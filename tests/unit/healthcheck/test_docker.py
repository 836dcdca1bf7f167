from collections.abc import AsyncIterator

import pytest
from aiohttp import web
from aiohttp.test_utils import TestServer

from healthcheck import docker as module
from healthcheck.docker import DockerRestarter
from healthcheck.restarter import RestartError


def _container(service: str, number: int, status: str = "Up 2 minutes (healthy)") -> dict[str, object]:
    return {
        "Names": [f"/haoshuo-{service}-{number}"],
        "State": "running" if status.startswith("Up") else "exited",
        "Status": status,
        "Labels": {"com.docker.compose.service": service},
        "NetworkSettings": {"Networks": {"web": {"IPAddress": f"10.0.0.{number}"}, "speech": {"IPAddress": ""}}},
    }


class FakeDocker:
    def __init__(self) -> None:
        self.containers: list[dict[str, object]] = []
        self.done: list[str] = []

    def app(self) -> web.Application:
        app = web.Application()
        app.router.add_get("/containers/json", self._list)
        app.router.add_get("/containers/{name}/stats", self._stats)
        app.router.add_post("/containers/{name}/restart", self._act)
        app.router.add_post("/containers/{name}/stop", self._act)
        return app

    async def _list(self, _request: web.Request) -> web.Response:
        return web.json_response(self.containers)

    async def _stats(self, request: web.Request) -> web.Response:
        size = int(request.match_info["name"][-1]) * 2**20
        return web.json_response({"memory_stats": {"usage": 300 * size, "stats": {"inactive_file": 100 * size}}})

    async def _act(self, request: web.Request) -> web.Response:
        name = request.match_info["name"]
        if name == "haoshuo-redis-1":
            return web.Response(status=403)
        self.done.append(f"{request.path.rpartition('/')[2]} {name} t={request.query['t']}")
        for container in self.containers:
            if container["Names"] == [f"/{name}"]:
                container["Status"] = "Up 1 second (healthy)"
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
    assert ["restart haoshuo-api-2 t=5", "restart haoshuo-api-3 t=5"] == docker.done


async def test_the_container_at_the_address_is_restarted(docker: FakeDocker, restarter: DockerRestarter) -> None:
    """The probe knows which copy fails: that one alone, whatever Docker's check says; one that is gone: as without."""
    docker.containers = [_container("api", 1, "Up 2 minutes (unhealthy)"), _container("api", 2)]
    await restarter.restart("api", "10.0.0.2:8080")
    await restarter.restart("api", "10.0.0.9:8080")
    assert ["restart haoshuo-api-2 t=5", "restart haoshuo-api-1 t=5"] == docker.done


async def test_where_docker_sees_no_sick_one_all_are_restarted(docker: FakeDocker, restarter: DockerRestarter) -> None:
    """The probe knows better than Docker's own check: each replica is restarted, one after the other."""
    docker.containers = [_container("triton", 1), _container("triton", 2)]
    await restarter.restart("triton")
    assert ["restart haoshuo-triton-1 t=5", "restart haoshuo-triton-2 t=5"] == docker.done


async def test_a_triton_on_a_second_gpu_is_a_triton(docker: FakeDocker, restarter: DockerRestarter) -> None:
    """It has a service of its own in compose, and is restarted with the first."""
    docker.containers = [_container("triton", 1), _container("triton2", 1)]
    await restarter.restart("triton")
    assert ["restart haoshuo-triton-1 t=5", "restart haoshuo-triton2-1 t=5"] == docker.done


async def test_a_drain_gives_time_and_waits_for_each(
    docker: FakeDocker, restarter: DockerRestarter, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Copy by copy: the next only when the last is well again; one that never is becomes an error."""
    docker.containers = [_container("triton", 1), _container("triton", 2)]
    await restarter.drain("triton")
    assert ["restart haoshuo-triton-1 t=60", "restart haoshuo-triton-2 t=60"] == docker.done
    monkeypatch.setattr(module, "START_S", 0)
    with pytest.raises(RestartError, match="TimeoutError"):
        await restarter.drain("triton")


async def test_what_dies_at_every_start_is_stopped(docker: FakeDocker, restarter: DockerRestarter) -> None:
    """Of a service given up those replicas are stopped that Docker starts again and again, not those that run."""
    docker.containers = [
        _container("api", 1),
        _container("api", 2, "Restarting (1) 3 seconds ago"),
        _container("api", 3, "Up 2 seconds (health: starting)"),
        _container("api", 4, "Exited (0) 2 hours ago"),
    ]
    docker.containers[1]["State"] = "restarting"
    await restarter.give_up("api")
    assert ["stop haoshuo-api-2 t=5", "stop haoshuo-api-3 t=5"] == docker.done


async def test_memory_is_that_of_the_largest(docker: FakeDocker, restarter: DockerRestarter) -> None:
    """Without what the kernel could take back at any time."""
    docker.containers = [_container("triton", 1), _container("triton", 2)]
    assert 400.0 == await restarter.memory_mb("triton")


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


@pytest.mark.parametrize(
    ("status", "starting"),
    [
        ("Up 3 seconds (health: starting)", True),
        ("Restarting (1) 2 seconds ago", True),
        ("Up 2 minutes (healthy)", False),
        ("Up 2 minutes (unhealthy)", False),
    ],
)
async def test_docker_knows_what_was_just_started(
    docker: FakeDocker, restarter: DockerRestarter, status: str, *, starting: bool
) -> None:
    """The copy at the address, whatever the others are; without an address any of them."""
    docker.containers = [_container("api", 1), _container("api", 2, status)]
    if status.startswith("Restarting"):
        docker.containers[1]["State"] = "restarting"
    assert starting is await restarter.is_starting("api", "10.0.0.2:8080")
    assert starting is await restarter.is_starting("api", "")
    assert not await restarter.is_starting("api", "10.0.0.1:8080")
