"""A Triton server of a test's own, started by the very command line of the local stack."""

import asyncio
import os
import shlex
import signal
import subprocess
from configparser import RawConfigParser
from contextlib import suppress
from pathlib import Path

from tritonclient.grpc.aio import InferenceServerClient
from tritonclient.utils import InferenceServerException

from compose.local.settings import ROOT, LocalSettings
from compose.local.stack import Stack
from compose.local.templates import render
from tests.support.triton import counts
from tests.support.waiting import until

STARTING_S = 60


class TritonServer:
    """Asks of its clients a certificate from the CA in `tls`."""

    def __init__(self, settings: LocalSettings, tls: Path) -> None:
        self.port = settings.triton_grpc_port
        self._stack = Stack(settings)
        self._tls = tls
        self._process: subprocess.Popen[bytes] | None = None

    async def start(self) -> None:
        program = _program(self._stack)
        with (self._stack.state / "triton.log").open("ab") as log:
            self._process = await asyncio.to_thread(
                subprocess.Popen,
                [*shlex.split(program["command"]), *self._flags()],
                env=os.environ | _environment(program["environment"]),
                stdout=log,
                stderr=subprocess.STDOUT,
                start_new_session=True,
            )
        await until(self._ready, STARTING_S)

    def kill(self) -> None:
        """At once, with its model processes, as if the machine had gone."""
        if self._process:
            with suppress(ProcessLookupError):
                os.killpg(self._process.pid, signal.SIGKILL)
            self._process.wait()
        self._stack._remove_leaked_shared_memory()

    async def inferences(self) -> int:
        """How many segments it has spoken."""
        async with self._client() as client:
            return (await counts(client, "tts"))[0]

    def _flags(self) -> list[str]:
        files = {"server-cert": "server.pem", "server-key": "server.key", "root-cert": "ca.pem"}
        return [
            "--grpc-use-ssl=true",
            "--grpc-use-ssl-mutual=true",
            *(f"--grpc-{flag}={self._tls / file}" for flag, file in files.items()),
        ]

    async def _ready(self) -> bool:
        assert self._process is not None
        assert self._process.poll() is None, "Triton does not start"
        with suppress(InferenceServerException):
            async with self._client() as client:
                return bool(await client.is_model_ready("tts"))
        return False

    def _client(self) -> InferenceServerClient:
        return InferenceServerClient(
            f"127.0.0.1:{self.port}",
            ssl=True,
            root_certificates=str(self._tls / "ca.pem"),
            private_key=str(self._tls / "client.key"),
            certificate_chain=str(self._tls / "client.pem"),
        )


def _program(stack: Stack) -> dict[str, str]:
    parser = RawConfigParser()
    parser.read_string(render((ROOT / "compose/local/supervisord.conf.template").read_text(), stack._values()))
    return dict(parser["program:triton"])


def _environment(line: str) -> dict[str, str]:
    """Supervisord's `A="x",B="y"`."""
    pairs = (pair.split("=", 1) for pair in shlex.split(line.replace(",", " ")))
    return {name: value.replace("%(ENV_PATH)s", os.environ["PATH"]) for name, value in pairs}
