"""The compose project as Docker Compose itself reads it. `.env` has no other parser; what is decided is kept there."""

from __future__ import annotations

import json
import re
from pathlib import Path
from typing import Any

from compose.server.shell import Shell, run

ROOT = Path(__file__).resolve().parents[2]
GPU_FILES = "docker-compose.yml:docker-compose.gpu.yml"
PLAIN_FILES = "docker-compose.yml"
CHECKPOINT = "/voices/indextts2"
OWN_BASE = "base"
"""A stage of the Dockerfile's, not an image."""


class ProjectError(Exception):
    """Docker Compose refuses the files; the message is its own."""


class Project:
    """Knobs are read as they reach the containers."""

    def __init__(self, shell: Shell = run, root: Path = ROOT) -> None:
        self.root = root
        self._shell = shell
        self._env = root / ".env"
        self._read: dict[str, Any] = {}

    @property
    def _config(self) -> dict[str, Any]:
        if not self._read:
            done = self._shell("docker", "compose", "--profile", "*", "config", "--format", "json")
            if not done.ok:
                raise ProjectError(done.err)
            self._read = json.loads(done.out)
        return self._read

    @property
    def services(self) -> dict[str, Any]:
        """By name, with those of every profile."""
        return dict(self._config["services"])

    def knob(self, service: str, name: str, default: str = "") -> str:
        """An environment variable of a service."""
        return self.services[service]["environment"].get(name) or default

    @property
    def production(self) -> bool:
        return self.knob("api", "HAOSHUO_ENV", "prod") == "prod"

    @property
    def uses_gpu(self) -> bool:
        return "deploy" in self.services["triton"]

    @property
    def secrets(self) -> Path:
        """The folder of file secrets."""
        return Path(self._config["secrets"]["haoshuo_jwt_keys"]["file"]).parent

    @property
    def extra_ca(self) -> Path:
        """A corporate CA for the build, or an empty file."""
        return Path(self._config["secrets"]["extra_ca"]["file"])

    @property
    def checkpoint(self) -> Path:
        return self._mounted("triton", CHECKPOINT)

    @property
    def docker_socket(self) -> Path:
        return self._mounted("socket-proxy", "/var/run/docker.sock")

    @property
    def published(self) -> tuple[str, int]:
        """Address and port of the edge on this machine."""
        (port,) = self.services["edge"]["ports"]
        return port.get("host_ip") or "0.0.0.0", int(port["published"])  # noqa: S104 - as Docker does

    @property
    def bases(self) -> list[str]:
        """The images that ours are built on."""
        arguments = [service["build"]["args"] for service in self.services.values() if "build" in service]
        found = {value for one in arguments for name, value in one.items() if name in {"BASE", "TRITON_BASE"}}
        return sorted(found - {OWN_BASE})

    @property
    def torch_index(self) -> str:
        """Where torch comes from, if not with the other packages."""
        return str(self.services["triton"]["build"]["args"].get("TORCH_INDEX") or "")

    @property
    def images(self) -> list[str]:
        return sorted({str(service["image"]) for service in self.services.values()})

    def remembers(self, name: str) -> bool:
        """Whether `.env` says anything about a variable."""
        return bool(self._line(name).search(self._text()))

    def remember(self, name: str, value: str) -> None:
        """Write a variable into `.env`, in the place of what it says now."""
        line, text = f"{name}={value}", self._text()
        if self._line(name).search(text):
            text = self._line(name).sub(line, text)
        else:
            text += ("\n" if text and not text.endswith("\n") else "") + line + "\n"
        self._env.write_text(text, encoding="utf-8")
        self._read = {}

    def _text(self) -> str:
        return self._env.read_text(encoding="utf-8") if self._env.exists() else ""

    def _line(self, name: str) -> re.Pattern[str]:
        return re.compile(rf"^[ \t]*(?:export[ \t]+)?{name}[ \t]*=.*$", re.MULTILINE)

    def _mounted(self, service: str, target: str) -> Path:
        return Path(next(one["source"] for one in self.services[service]["volumes"] if one["target"] == target))
