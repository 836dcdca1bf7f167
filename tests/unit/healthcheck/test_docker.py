from collections.abc import AsyncIterator

import pytest
from aiohttp import web
from aiohttp.test_utils import TestServer

from healthcheck.docker import DockerRestarter
from healthcheck.restarter import Copy, RestartError

WELL = "Up 2 minutes (healthy)"


def _container(service: str, number: int, status: str = WELL, **changes: object) -> dict[str, object]:
    state = {"Up": "running", "Restarting": "restarting", "Exited": "exited"}[status.partition(" ")[0]]
    labels = {"project": "haoshuo", "service": service, "container-number": str(number), "oneoff": "False"}
    return {
        "Names": [f"/haoshuo-{service}-{number}"],
        "State": state,
        "Status": status,
        "Labels": {f"com.docker.compose.{name}": value for name, value in labels.items()},
        "NetworkSettings": {"Networks": {"web": {"IPAddress": f"10.0.0.{number}"}, "speech": {"IPAddress": ""}}},
    } | changes


class FakeDocker:
    def __init__(self) -> None:
        self.containers: list[dict[str, object]] = []
        self.done: list[str] = []
        self.state = "S"

    def app(self) -> web.Application:
        app = web.Application()
        app.router.add_get("/containers/json", self._list)
        app.router.add_get("/containers/{name}/stats", self._stats)
        app.router.add_get("/containers/{name}/top", self._top)
        app.router.add_post("/containers/{name}/restart", self._act)
        app.router.add_post("/containers/{name}/stop", self._act)
        return app

    async def _list(self, _request: web.Request) -> web.Response:
        return web.json_response(self.containers)

    async def _stats(self, _request: web.Request) -> web.Response:
        return web.json_response({"memory_stats": {"usage": 300 * 2**20, "stats": {"inactive_file": 100 * 2**20}}})

    async def _top(self, _request: web.Request) -> web.Response:
        processes = [["1", "Ssl", "tritonserver"], ["7", self.state, "triton_python_b"]]
        return web.json_response({"Titles": ["PID", "STAT", "COMMAND"], "Processes": processes})

    async def _act(self, request: web.Request) -> web.Response:
        name = request.match_info["name"]
        if name == "haoshuo-redis-1":
            return web.Response(status=403)
        self.done.append(f"{request.path.rpartition('/')[2]} {name} t={request.query['t']}")
        return web.Response(status=204)


@pytest.fixture
def docker() -> FakeDocker:
    return FakeDocker()


@pytest.fixture
async def restarter(docker: FakeDocker) -> AsyncIterator[DockerRestarter]:
    async with TestServer(docker.app()) as server:
        yield DockerRestarter(str(server.make_url("")).rstrip("/"))


async def test_a_container_is_a_copy(docker: FakeDocker, restarter: DockerRestarter) -> None:
    """By its name, with its addresses; a Triton on a second GPU, a service of its own in compose, is a Triton."""
    docker.containers = [_container("api", 2), _container("triton2", 1)]
    assert [
        Copy("api", "haoshuo-api-2", frozenset({"10.0.0.2"}), age_s=120.0),
        Copy("triton", "haoshuo-triton2-1", frozenset({"10.0.0.1"}), age_s=120.0),
    ] == await restarter.copies()


async def test_what_is_none_of_the_services_copies_is_left_out(docker: FakeDocker, restarter: DockerRestarter) -> None:
    """A container of `compose run`, one that compose has renamed to replace it, and the watchers themselves."""
    oneoff = _container("api", 1)["Labels"]
    assert isinstance(oneoff, dict)
    docker.containers = [
        _container("api", 1, Labels=oneoff | {"com.docker.compose.oneoff": "True"}),
        _container("api", 1, Names=["/haoshuo-api-run-1a2b"]),
        _container("triton", 1, Names=["/0a1b2c_haoshuo-triton-1"]),
        _container("socket-proxy", 1),
    ]
    assert [] == await restarter.copies()


@pytest.mark.parametrize(
    ("status", "age_s"),
    [
        ("Up Less than a second", 0),
        ("Up 1 second (health: starting)", 1),
        ("Up 59 seconds", 59),
        ("Up About a minute (healthy)", 60),
        ("Up 5 minutes (unhealthy)", 300),
        ("Up About an hour", 3600),
        ("Up 3 days", 259200),
        ("Restarting (1) 2 seconds ago", None),
        ("Exited (0) 2 hours ago", None),
    ],
)
async def test_docker_says_how_long_it_has_run(
    docker: FakeDocker, restarter: DockerRestarter, status: str, age_s: float | None
) -> None:
    """In words; one that has been started again is younger."""
    docker.containers = [_container("api", 1, status)]
    (copy,) = await restarter.copies()
    assert age_s == copy.age_s


@pytest.mark.parametrize(
    ("status", "starting", "stopped"),
    [
        ("Up 3 seconds (health: starting)", True, False),
        (WELL, False, False),
        ("Up 2 minutes (unhealthy)", False, False),
        ("Restarting (1) 2 seconds ago", False, False),
        ("Exited (137) 2 seconds ago", False, True),
    ],
)
async def test_docker_knows_what_starts_and_what_does_not_run(
    docker: FakeDocker, restarter: DockerRestarter, status: str, *, starting: bool, stopped: bool
) -> None:
    """Starting is what is within its start_period; what Docker is about to start again is neither."""
    docker.containers = [_container("api", 1, status)]
    (copy,) = await restarter.copies()
    assert (starting, stopped) == (copy.starting, copy.stopped)


async def test_what_hangs_is_ended_at_once_and_what_is_well_drained(
    docker: FakeDocker, restarter: DockerRestarter
) -> None:
    """A hanging container gets no time to say goodbye, a planned restart a minute."""
    await restarter.restart("haoshuo-api-2")
    await restarter.drain("haoshuo-triton-1")
    assert ["restart haoshuo-api-2 t=0", "restart haoshuo-triton-1 t=60"] == docker.done


@pytest.mark.parametrize(
    ("status", "done"),
    [
        ("Restarting (1) 3 seconds ago", ["stop haoshuo-api-1 t=0"]),
        ("Up 2 seconds (health: starting)", ["stop haoshuo-api-1 t=0"]),
        ("Up 2 minutes (unhealthy)", []),
        (WELL, []),
        ("Exited (0) 2 hours ago", []),
    ],
)
async def test_only_what_dies_at_every_start_is_stopped(
    docker: FakeDocker, restarter: DockerRestarter, status: str, done: list[str]
) -> None:
    """Never a container that runs, whatever its health: half a service is better than none."""
    docker.containers = [_container("api", 1, status), _container("api", 2, "Up 2 seconds (healthy)")]
    await restarter.give_up("haoshuo-api-1")
    assert done == docker.done


@pytest.mark.parametrize(
    ("state", "broken"),
    [
        ("Sl", ""),
        ("Z", "process 7 (triton_python_b) has died"),
        ("Tl", "process 7 (triton_python_b) is frozen"),
    ],
)
async def test_processes_that_are_dead_or_frozen_are_seen(
    docker: FakeDocker, restarter: DockerRestarter, state: str, broken: str
) -> None:
    """As `docker top` shows them."""
    docker.state = state
    assert broken == await restarter.broken("haoshuo-triton-1")


async def test_memory_is_what_cannot_be_taken_back(restarter: DockerRestarter) -> None:
    """Without the pages of files that the kernel could drop at any time."""
    assert 200.0 == await restarter.memory_mb("haoshuo-triton-1")


async def test_a_refusal_is_an_error(restarter: DockerRestarter) -> None:
    """The proxy knows no such container: told, and of this one alone."""
    with pytest.raises(RestartError, match="403"):
        await restarter.restart("haoshuo-redis-1")


async def test_a_proxy_that_is_away_is_an_error(unused_tcp_port: int) -> None:
    """Nobody answers: told, not raised as something else."""
    with pytest.raises(RestartError, match="ClientConnectorError"):
        await DockerRestarter(f"http://127.0.0.1:{unused_tcp_port}").copies()
