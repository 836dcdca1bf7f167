from collections.abc import Iterator

import pytest

from tests.docker.conftest import PROJECT, RUN, STAND_IN, Compose, docker


def _ask(stack: Compose, method: str, path: str) -> str:
    """The status the proxy answers to a request from within its network."""
    command = ("curl", "--silent", "--output", "/dev/null", "--write-out", "%{http_code}", "--request", method)
    return stack.execute("socket-proxy", *command, f"http://127.0.0.1:2375{path}").stdout


@pytest.fixture(scope="module")
def stranger(stack: Compose) -> Iterator[str]:
    """A running container of another project."""
    assert stack
    name = f"stranger-{RUN}-api-1"
    image = STAND_IN if docker("images", "-q", STAND_IN) else "localhost/haoshuo/api:dev"
    docker("run", "--detach", "--rm", "--name", name, "--network", "none", "--entrypoint", "sleep", image, "600")
    yield name
    docker("rm", "--force", name)


@pytest.mark.parametrize(
    ("method", "path"),
    [
        ("POST", "/containers/create"),
        ("POST", f"/containers/{PROJECT}-api-1/exec"),
        ("POST", f"/containers/{PROJECT}-api-1/kill"),
        ("POST", f"/containers/{PROJECT}-api-1/restart?t=9999"),
        ("POST", f"/containers/{PROJECT}-api-1/stop"),
        ("POST", f"/containers/{PROJECT}-socket-proxy-1/stop?t=5"),
        ("POST", f"/containers/{PROJECT}-socket-proxy-1/restart?t=5"),
        ("POST", f"/v1.41/containers/{PROJECT}-api-1/restart?t=5"),
        ("POST", f"/containers/{PROJECT}-api-1/../{PROJECT}-api-1/exec"),
        ("POST", f"/containers/{PROJECT}-api-1%2F..%2Fstranger-api-1/restart?t=1"),
        ("DELETE", f"/containers/{PROJECT}-api-1"),
        ("GET", f"/containers/{PROJECT}-api-1/restart?t=5"),
        ("GET", f"/containers/{PROJECT}-api-1/json"),
        ("GET", f"/containers/{PROJECT}-api-1/logs?stdout=1"),
        ("GET", f"/containers/{PROJECT}-api-1/top"),
        ("POST", f"/containers/{PROJECT}-triton-1/top"),
        ("POST", "/containers/json"),
        ("GET", "/images/json"),
        ("POST", "/images/create?fromImage=x"),
        ("GET", "/info"),
        ("GET", "/secrets"),
        ("POST", "/build"),
        ("POST", "/volumes/create"),
    ],
)
def test_everything_else_is_403(stack: Compose, method: str, path: str) -> None:
    """Whoever takes over the sidecar can neither create, execute, read nor remove anything, nor stop the watchers."""
    assert "403" == _ask(stack, method, path)


def test_another_projects_container_is_403(stack: Compose, stranger: str) -> None:
    """A container that is not this project's cannot be restarted, and is not listed."""
    started = docker("inspect", "--format", "{{.State.StartedAt}}", stranger)
    assert "403" == _ask(stack, "POST", f"/containers/{stranger}/restart?t=1")
    assert "403" == _ask(stack, "POST", f"/containers/{stranger}/stop?t=1")
    assert "403" == _ask(stack, "GET", f"/containers/{stranger}/stats")
    assert started == docker("inspect", "--format", "{{.State.StartedAt}}", stranger)
    listed = stack.execute("socket-proxy", "curl", "--silent", "http://127.0.0.1:2375/containers/json").stdout
    assert f"{PROJECT}-api-1" in listed
    assert stranger not in listed


def test_our_own_container_is_restarted(stack: Compose) -> None:
    """A container of this project is restarted, by name."""
    name = f"{PROJECT}-api-2"
    started = docker("inspect", "--format", "{{.State.StartedAt}}", name)
    assert "200" == _ask(stack, "GET", "/_ping")
    assert "204" == _ask(stack, "POST", f"/containers/{name}/restart?t=5")
    assert started != docker("inspect", "--format", "{{.State.StartedAt}}", name)


def test_our_own_container_is_stopped_and_comes_back(stack: Compose) -> None:
    """What was given up and stopped stays stopped, until it is restarted."""
    name = f"{PROJECT}-api-2"
    assert "204" == _ask(stack, "POST", f"/containers/{name}/stop?t=5")
    assert "exited" == docker("inspect", "--format", "{{.State.Status}}", name).strip()
    assert "204" == _ask(stack, "POST", f"/containers/{name}/restart?t=5")
    assert "running" == docker("inspect", "--format", "{{.State.Status}}", name).strip()
