import asyncio
import json
from concurrent.futures import ThreadPoolExecutor
from uuid import uuid4

import aiohttp
import pytest

from tests.docker.conftest import PROJECT, Compose, docker
from tests.support.audio import decode
from tests.support.waiting import until

SERVICES = {"edge", "api", "triton", "redis", "healthcheck", "socket-proxy"}


async def _login(edge: aiohttp.ClientSession) -> dict[str, str]:
    async with edge.post("/login", json={"code": f"user.{uuid4().hex}"}) as response:
        assert response.status == 200, await response.text()
        return {"Authorization": f"Bearer {(await response.json())['token']}"}


async def test_the_whole_flow_of_the_article(edge: aiohttp.ClientSession) -> None:
    """Through the one published port: a wx.login code becomes a token, token and text become speech."""
    body = {"text": "欢迎使用IndexTTS2语音合成服务", "emotion": "happy", "speed": 1.0}
    async with edge.post("/tts", json=body, headers=await _login(edge)) as response:
        assert (200, "audio/wav") == (response.status, response.headers["Content-Type"])
        speech = decode(await response.read())
    assert 2 < speech.seconds < 8
    assert speech.level > 0.02


async def test_every_replica_of_the_api_serves(stack: Compose, edge: aiohttp.ClientSession) -> None:
    """nginx spreads calls over the replicas that Docker's DNS knows."""
    addresses = {
        network["IPAddress"]
        for container in stack.containers("api")
        for name, network in container["NetworkSettings"]["Networks"].items()
        if name.endswith("_web")
    }
    assert 2 == len(addresses)

    async def both_served() -> bool:
        (await edge.get("/healthz")).release()
        logs = await asyncio.to_thread(docker, "logs", f"{PROJECT}-edge-1")
        return all(f'"upstream":"{address}:8080"' in logs for address in addresses)

    await until(both_served, 20)


def test_only_the_edge_publishes(stack: Compose) -> None:
    """One port of one container is open to the machine."""
    published = {
        container["Config"]["Labels"]["com.docker.compose.service"]: bindings
        for container in stack.containers()
        if (bindings := container["HostConfig"]["PortBindings"])
    }
    assert {"edge": {"8443/tcp": [{"HostIp": "127.0.0.1", "HostPort": str(stack.port)}]}} == published


@pytest.mark.parametrize(
    ("service", "addresses"),
    [
        ("edge", ["redis:6379", "triton:8000", "triton:8001", "socket-proxy:2375"]),
        ("socket-proxy", ["redis:6379", "triton:8001", "api:8080", "edge:8443"]),
    ],
)
def test_what_has_no_business_together_does_not_meet(stack: Compose, service: str, addresses: list[str]) -> None:
    """From one service's container the others cannot be reached, not even by name."""

    def reach(address: str) -> int:
        return stack.execute(service, "curl", "--silent", "--max-time", "3", f"http://{address}").returncode

    with ThreadPoolExecutor() as threads:
        results = dict(zip(addresses, threads.map(reach, addresses), strict=True))
    unknown_name, timed_out = 6, 28
    assert set(results.values()) <= {unknown_name, timed_out}, results


def test_only_the_api_and_the_sidecar_have_a_way_out(stack: Compose) -> None:
    """All networks are internal but their way out, and the edge's, which forwards nothing outwards."""
    open_networks: dict[str, set[str]] = {}
    for container in stack.containers():
        for name in container["NetworkSettings"]["Networks"]:
            (network,) = json.loads(docker("network", "inspect", name))
            if not network["Internal"]:
                service = container["Config"]["Labels"]["com.docker.compose.service"]
                open_networks.setdefault(name.removeprefix(f"{PROJECT}_"), set()).add(service)
    assert {"outside": {"api", "healthcheck"}, "public": {"edge"}} == open_networks
    (public,) = json.loads(docker("network", "inspect", f"{PROJECT}_public"))
    assert "false" == public["Options"]["com.docker.network.bridge.enable_ip_masquerade"]


def test_every_container_has_the_least_privilege(stack: Compose) -> None:
    """Not root, nothing writable, no capability, bounded in memory, processes and logs, watched and restarted."""
    seen = set()
    for container in stack.containers():
        name = container["Config"]["Labels"]["com.docker.compose.service"]
        if name == "wechat":
            continue
        seen.add(name)
        host = container["HostConfig"]
        assert "haoshuo" == container["Config"]["User"], name
        assert host["ReadonlyRootfs"], name
        assert ["ALL"] == host["CapDrop"], name
        assert not host["CapAdd"], name
        assert not host["Privileged"], name
        assert ["no-new-privileges:true"] == host["SecurityOpt"], name
        assert 0 < host["Memory"], name
        assert 0 < host["PidsLimit"], name
        assert "unless-stopped" == host["RestartPolicy"]["Name"], name
        assert {"max-size", "max-file"} == set(host["LogConfig"]["Config"]), name
        assert container["State"]["Health"]["Status"] in {"healthy", "starting"}, name
    assert seen == SERVICES


def test_only_the_socket_proxy_sees_the_docker_socket(stack: Compose) -> None:
    """No other container mounts it."""
    having = {
        container["Config"]["Labels"]["com.docker.compose.service"]
        for container in stack.containers()
        if any("docker.sock" in mount["Source"] for mount in container["Mounts"])
    }
    assert {"socket-proxy"} == having


def test_no_secret_is_where_docker_shows_it(stack: Compose) -> None:
    """Neither inspect nor an image's history nor a process' environment holds a secret."""
    texts = [path.read_text().strip() for path in stack.secrets.rglob("*") if path.is_file() and path.suffix != ".pem"]
    secrets = [text for text in texts if text]
    assert 8 == len(secrets)
    for container in stack.containers():
        name = container["Name"].removeprefix("/")
        shown = docker("inspect", name) + docker("history", "--no-trunc", container["Image"])
        shown += docker("exec", name, "cat", "/proc/1/environ")
        assert not [secret for secret in secrets if secret in shown], name
