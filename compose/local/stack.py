"""Start, await and stop the services of the local stack under supervisord."""

import contextlib
import getpass
import http.client
import os
import shutil
import socket
import subprocess
import sys
import sysconfig
import time
import urllib.error
import urllib.request
import xmlrpc.client
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

from supervisor.xmlrpc import SupervisorTransport

from compose import credentials
from compose.local.edge import edge_values, remove_sockets
from compose.local.errors import StackError
from compose.local.settings import ROOT, LocalSettings
from compose.local.starts import Starts
from compose.local.templates import render

LONGEST_SOCKET_PATH = 107  # sun_path, without its final zero
READY_TIMEOUT_S = 180
LARGE_MODEL_TIMEOUT_S = 900
STOP_TIMEOUT_S = 80


class Stack:
    """One local stack: its folders under `settings.state_dir`, its processes under one supervisord."""

    def __init__(self, settings: LocalSettings) -> None:
        self.settings = settings
        self.state = settings.state_dir.resolve()
        self.run_dir = self.state / "run"
        self.log_dir = self.state / "log"
        self.secrets_dir = self.state / "secrets"
        self.ca = self.state / "tls" / "ca.pem"
        self._socket = self.run_dir / "supervisor.sock"

    def running(self) -> bool:
        with contextlib.suppress(OSError, xmlrpc.client.Fault), self.supervisor() as supervisor:
            return bool(supervisor.getState()["statename"] == "RUNNING")
        return False

    @contextlib.contextmanager
    def supervisor(self) -> Iterator[Any]:
        """The namespace `supervisor` of supervisord's XML-RPC."""
        transport = SupervisorTransport(None, None, f"unix://{self._socket}")
        try:
            yield xmlrpc.client.ServerProxy("http://localhost", transport).supervisor
        finally:
            transport.close()

    def processes(self) -> list[dict[str, Any]]:
        """What supervisord knows of each process (`name`, `statename`, `description`, `stdout_logfile`, …)."""
        with self.supervisor() as supervisor:
            return list(supervisor.getAllProcessInfo())

    def start(self) -> None:
        """Write every configuration file and start supervisord, which starts the rest."""
        self._check_machine()
        for folder in (self.run_dir, self.log_dir, self.state / "redis"):
            folder.mkdir(parents=True, exist_ok=True)
        credentials.create_secrets(self.secrets_dir)
        credentials.create_certificate(self.state / "tls")
        self._write_configuration()
        self._remove_leaked_shared_memory()
        command = [sys.executable, "-m", "supervisor.supervisord", "-c", str(self.run_dir / "supervisord.conf")]
        subprocess.run(command, check=True, env=os.environ | {"PATH": executable_path()}, cwd=ROOT)

    def wait_ready(self, report: Callable[[str], None]) -> None:
        """Return when every API process has synthesised speech and the edge answers; report each part once."""
        longest_s = LARGE_MODEL_TIMEOUT_S if self.settings.engine == "indextts2" else READY_TIMEOUT_S
        deadline, starts = time.monotonic() + longest_s, Starts()
        for name, check in self._checks():
            began = time.monotonic()
            while not check():
                starts.check(self.processes())
                if time.monotonic() > deadline:
                    raise StackError(f"{name} 在 {longest_s} 秒内没有就绪 (not ready). 日志 logs: {self.log_dir}")
                time.sleep(0.2)
            report(f"{name} 就绪 ready ({time.monotonic() - began:.1f} s)")

    def stop(self) -> None:
        """Stop all processes in reverse order of their start, then supervisord; return when they are gone."""
        with self.supervisor() as supervisor:
            supervisor.shutdown()
        deadline = time.monotonic() + STOP_TIMEOUT_S
        while self._socket.exists():
            if time.monotonic() > deadline:
                raise StackError(f"supervisord 没有停止 (did not stop). 日志 logs: {self.log_dir}")
            time.sleep(0.1)
        remove_sockets(self.run_dir)

    def _checks(self) -> list[tuple[str, Callable[[], bool]]]:
        apis = [(f"api :{port}", self._check(f"http://127.0.0.1:{port}/readyz")) for port in self.settings.api_ports]
        sidecar = f"http://127.0.0.1:{self.settings.healthcheck_port}/healthz"
        return [
            *apis,
            ("nginx", self._check(f"{self.settings.probe_url}/healthz")),
            ("healthcheck", self._check(sidecar)),
        ]

    def _check(self, url: str) -> Callable[[], bool]:
        def answers() -> bool:
            # An answer that breaks off, of a process that is just starting, is no OSError.
            with contextlib.suppress(OSError, http.client.HTTPException):
                context = credentials.client_context(self.ca) if url.startswith("https") else None
                with urllib.request.urlopen(url, timeout=10, context=context) as response:  # noqa: S310 - our own URL
                    return bool(response.status == 200)  # noqa: PLR2004 - OK
            return False

        return answers

    def _check_machine(self) -> None:
        if len(str(self._socket).encode()) > LONGEST_SOCKET_PATH:
            raise StackError(f"路径太长，无法创建套接字 (path too long for a socket): {self._socket}")
        for port, setting in self.settings.listening().items():
            if _in_use(port):
                raise StackError(f"端口 {port} 已被占用 (port in use); 换一个 choose another: {setting}=… make run")

    def _write_configuration(self) -> None:
        values = self._values()
        for template in (
            ROOT / "compose/local/redis.conf.template",
            ROOT / "compose/local/supervisord.conf.template",
            *(ROOT / "nginx").glob("*.template"),
        ):
            (self.run_dir / template.stem).write_text(render(template.read_text(), values))
        (self.state / "run.env").write_text(f"HAOSHUO_URL={self.settings.url}\nHAOSHUO_CA={self.ca}\n")

    def _values(self) -> dict[str, object]:
        settings = {f"HAOSHUO_{name.upper()}": value for name, value in self.settings}
        edge = edge_values(self.settings, self.run_dir, self.ca.parent, self.settings.api_ports)
        audit = self.settings.audit_path or f"{self.log_dir}/audit-%Y-%m-%d.jsonl"
        return (
            settings
            | edge
            | {
                "HAOSHUO_AUDIT_PATH": audit.replace("%", "%%"),  # supervisord would read more into it
                "HAOSHUO_API_URLS": ",".join(f"http://127.0.0.1:{port}" for port in self.settings.api_ports),
                "HAOSHUO_EDGE_PROBE_URL": self.settings.probe_url,
                "HAOSHUO_LIBPYTHON": _libpython(),
                "HAOSHUO_MODELS_SOURCE": self.settings.models_source.resolve(),
                "HAOSHUO_ROOT": ROOT,
                "HAOSHUO_SHM_PREFIX": self.settings.shm_prefix,
                "HAOSHUO_STATE_DIR": self.state,
                "HAOSHUO_TRITON": ROOT / ".local/triton/pytriton/tritonserver",
                "HAOSHUO_USER": getpass.getuser(),
                "HAOSHUO_VENV": sys.prefix,
                "HAOSHUO_VOICES_DIR": self.settings.voices_dir.resolve(),
            }
        )

    def _remove_leaked_shared_memory(self) -> None:
        for region in Path("/dev/shm").glob(f"{self.settings.shm_prefix}*"):  # noqa: S108 - where Triton puts them
            region.unlink(missing_ok=True)


def executable_path() -> str:
    """PATH with the folders where Debian keeps nginx and redis-server."""
    path = f"{os.environ['PATH']}:/usr/sbin:/sbin"
    for program in ("nginx", "redis-server"):
        if not shutil.which(program, path=path):
            raise StackError(f"找不到 {program}，请先运行 make setup (not found; run `make setup` first)")
    return path


def _libpython() -> Path:
    """The folder of libpython3.11.so.1.0, which Triton's python backend links to."""
    found = next(Path(sysconfig.get_config_var("LIBDIR")).rglob("libpython3.11.so.1.0"), None)
    if found is None:
        raise StackError("找不到 libpython3.11.so.1.0，请先运行 make setup (not found; run `make setup` first)")
    return found.parent


def _in_use(port: int) -> bool:
    with socket.socket() as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind(("127.0.0.1", port))
        except OSError:
            return True
    return False
