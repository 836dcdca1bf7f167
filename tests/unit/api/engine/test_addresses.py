"""Names to addresses."""

import asyncio
import socket
from typing import Any

import pytest

from api.engine.addresses import Addresses

V4 = (socket.AF_INET, socket.SOCK_STREAM, 6, "")
V6 = (socket.AF_INET6, socket.SOCK_STREAM, 6, "")


@pytest.fixture
def names(monkeypatch: pytest.MonkeyPatch) -> dict[str, list[Any]]:
    """What the name server knows."""
    names: dict[str, list[Any]] = {}

    async def getaddrinfo(_loop: object, host: str, port: int, **_: Any) -> list[Any]:
        if host not in names:
            raise socket.gaierror("no such name")
        return [(*family, (address, port)) for family, address in names[host]]

    monkeypatch.setattr(asyncio.BaseEventLoop, "getaddrinfo", getaddrinfo)
    return names


async def test_lists_and_names(names: dict[str, list[Any]]) -> None:
    """Every address of every name, with the name that its certificate must have."""
    names |= {"triton": [(V4, "10.0.0.1"), (V4, "10.0.0.2")], "other": [(V6, "fd00::1")], "both": []}
    names["both"] = [(V6, "fd00::2"), (V4, "10.0.0.3")]
    assert {
        "10.0.0.1:8001": "triton",
        "10.0.0.2:8001": "triton",
        "[fd00::1]:9001": "other",
        "10.0.0.3:1": "both",
    } == await Addresses(["dns:///triton:8001", "other:9001", "both:1"]).resolve()


async def test_members_come_and_go(names: dict[str, list[Any]]) -> None:
    """Each time it is looked up anew; what a failing lookup cannot tell is as it was."""
    addresses = Addresses(["triton:1"])
    assert {} == await addresses.resolve()
    names["triton"] = [(V4, "10.0.0.1")]
    assert {"10.0.0.1:1": "triton"} == await addresses.resolve()
    del names["triton"]
    assert {"10.0.0.1:1": "triton"} == await addresses.resolve()
    names["triton"] = [(V4, "10.0.0.2")]
    assert {"10.0.0.2:1": "triton"} == await addresses.resolve()
