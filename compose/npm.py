"""`python -m compose.npm PINS FOLDER`: download archives of npm packages, as pip downloads wheels, without node.

PINS has a line for each package: `name@version sha256:…`. The registry is the one that this machine's npm is configured
for. Like compose/server it needs Python 3.9 and nothing else.
"""

from __future__ import annotations

import argparse
import hashlib
import os
import re
import ssl
import sys
import time
import urllib.error
import urllib.request
from collections.abc import Callable, Iterator, Sequence
from http import HTTPStatus
from http.client import HTTPException
from pathlib import Path
from typing import NamedTuple
from urllib.parse import urlsplit

REGISTRY = "https://registry.npmjs.org"
"""npm's own default, for machines that are configured for no other."""

CONFIGURATION = (Path("~/.npmrc"), Path("/etc/npmrc"), Path("/usr/etc/npmrc"))
PIN = re.compile(r"^(?P<name>[\w.-]+)@(?P<version>[\w.-]+)\s+sha256:(?P<sha256>[0-9a-f]{64})\s*$", re.MULTILINE)
ATTEMPTS = 3
TIMEOUT_S = 30.0
"""Without a byte."""


class NpmError(Exception):
    """A package cannot be had; the message says why and what to do."""


class Pin(NamedTuple):
    name: str
    version: str
    sha256: str

    @property
    def file(self) -> str:
        """As `npm pack` names the archive, too."""
        return f"{self.name}-{self.version}.tgz"


def main(arguments: Sequence[str] | None = None) -> int:
    parser = argparse.ArgumentParser(prog="python -m compose.npm", description=__doc__)
    parser.add_argument("pins", type=Path)
    parser.add_argument("folder", type=Path)
    options = parser.parse_args(arguments)
    try:
        for pin in pins(options.pins):
            fetch(pin, options.folder)
    except NpmError as error:
        print(f"✗ {error}", file=sys.stderr)  # noqa: T201 - this is a command line
        return 1
    return 0


def pins(file: Path) -> Iterator[Pin]:
    for match in PIN.finditer(file.read_text("utf-8")):
        yield Pin(**match.groupdict())


def fetch(pin: Pin, folder: Path, pause: Callable[[float], None] = time.sleep) -> None:
    """Leave the archive in `folder`, whole and verified, or raise `NpmError`. One that is there and right stays."""
    target = folder / pin.file
    if target.is_file() and _sha256(target.read_bytes()) == pin.sha256:
        return
    registry = setting("registry") or REGISTRY
    try:
        content = _download(f"{registry.rstrip('/')}/{pin.name}/-/{pin.file}", pause)
    except (OSError, HTTPException, ValueError) as error:
        raise _unavailable(pin, folder, registry, error) from error
    if _sha256(content) != pin.sha256:
        raise _unavailable(pin, folder, registry, "校验失败 wrong checksum")
    folder.mkdir(parents=True, exist_ok=True)
    part = target.with_suffix(".part")
    part.write_bytes(content)
    part.replace(target)


def setting(name: str) -> str:
    """One of npm's settings as npm finds it: in the environment, the user's npmrc, the machine's; empty if nowhere."""
    environment = (value for key, value in os.environ.items() if key.lower() == f"npm_config_{name}")
    files = (_configured(path.expanduser(), name) for path in CONFIGURATION)
    return next(filter(None, [*environment, *files]), "")


def _configured(path: Path, name: str) -> str:
    try:
        line = re.search(rf"^\s*{name}\s*=\s*(.*?)\s*$", path.read_text("utf-8"), re.MULTILINE)
    except OSError:
        return ""
    return os.path.expandvars(line[1].strip("\"'")) if line else ""


def _download(url: str, pause: Callable[[float], None]) -> bytes:
    for attempt in range(1, ATTEMPTS):
        try:
            return _get(url)
        except urllib.error.HTTPError as error:
            if error.code < HTTPStatus.INTERNAL_SERVER_ERROR and error.code != HTTPStatus.TOO_MANY_REQUESTS:
                raise
        except (OSError, HTTPException):
            pass
        pause(2.0**attempt)
    return _get(url)


def _get(url: str) -> bytes:
    context = ssl.create_default_context()
    if cafile := setting("cafile"):
        context.load_verify_locations(cafile)
    try:
        with urllib.request.urlopen(url, timeout=TIMEOUT_S, context=context) as response:  # noqa: S310 - as npm
            return bytes(response.read())
    except urllib.error.HTTPError as error:
        error.close()
        raise


def _unavailable(pin: Pin, folder: Path, registry: str, reason: object) -> NpmError:
    return NpmError(
        f"无法从 {urlsplit(registry).hostname} 下载 cannot download {pin.name}@{pin.version} ({reason}): "
        f"设置 npm 镜像 set a mirror of npm by NPM_CONFIG_REGISTRY, 或把文件放入 or put {pin.file} into {folder}"
    )


def _sha256(content: bytes) -> str:
    return hashlib.sha256(content).hexdigest()


if __name__ == "__main__":
    sys.exit(main())
