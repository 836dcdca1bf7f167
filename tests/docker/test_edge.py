import asyncio
import shutil
import socket
from pathlib import Path

from compose import credentials
from tests.docker.conftest import PROJECT, SERVICE_UID, Compose, docker


def _serial(stack: Compose) -> object:
    """The serial number of the certificate that the edge shows."""
    context = credentials.client_context(stack.secrets / "tls/ca.pem")
    with (
        socket.create_connection(("localhost", stack.port)) as connection,
        context.wrap_socket(connection, server_hostname="localhost") as tls,
    ):
        return (tls.getpeercert() or {})["serialNumber"]


async def test_a_renewed_certificate_is_taken_without_a_dropped_request(stack: Compose) -> None:
    """After the files are replaced and nginx reloaded the new certificate is shown; open connections live on."""
    before = _serial(stack)
    context = credentials.client_context(stack.secrets / "tls/ca.pem")
    reader, writer = await asyncio.open_connection("localhost", stack.port, ssl=context)
    head = b"POST /login HTTP/1.1\r\nHost: localhost\r\nContent-Type: application/json\r\nContent-Length: 2\r\n"
    writer.write(head + b"Connection: close\r\n\r\n{")

    _renew(stack.secrets / "tls")
    await asyncio.to_thread(docker, "exec", f"{PROJECT}-edge-1", "haoshuo-nginx", "reload")
    await asyncio.sleep(1)
    assert before != _serial(stack)

    writer.write(b"}")
    assert b"code_missing" in await reader.read()
    writer.close()
    await writer.wait_closed()


async def test_a_broken_certificate_is_refused(stack: Compose) -> None:
    """Reloading with a certificate that is none fails, and the edge serves on with the one it has."""
    before, path = _serial(stack), stack.secrets / "tls/server.pem"
    good = path.read_bytes()
    path.write_text("nonsense")
    answer = await asyncio.to_thread(stack.execute, "edge", "haoshuo-nginx", "reload")
    path.write_bytes(good)
    assert 1 == answer.returncode
    assert before == _serial(stack)


def test_the_edge_may_have_many_connections(stack: Compose) -> None:
    """nginx may open as many files as its configuration counts on."""
    limit = stack.execute("edge", "grep", "open files", "/proc/1/limits").stdout
    assert ["16384", "16384"] == limit.split()[3:5]


def _renew(folder: Path) -> None:
    for name in ("server.pem", "server.key"):
        (folder / name).unlink()
    credentials.create_certificate(folder)
    for name in ("server.pem", "server.key"):
        shutil.chown(folder / name, SERVICE_UID, SERVICE_UID)
