"""Environments of their own for what a benchmark needs and the project does not."""

import shutil
import subprocess
import sys
import sysconfig
from pathlib import Path


def environment(venv: Path, packages: Path, *options: str) -> Path:
    """The interpreter of an environment with the pinned packages, which finds all else in the project's own.

    It is made anew when the pins have changed; `options` are for `pip install`.
    """
    python, stamp = venv / "bin/python", venv / packages.name
    if not stamp.exists() or stamp.read_bytes() != packages.read_bytes():
        run(sys.executable, "-m", "venv", "--clear", str(venv))
        run(str(python), "-m", "pip", "install", "--quiet", "--require-hashes", *options, "-r", str(packages))
        (site,) = venv.glob("lib/python*/site-packages")
        (site / "haoshuo.pth").write_text(sysconfig.get_path("purelib") + "\n")
        shutil.copy(packages, stamp)
    return python


def run(*command: str) -> None:
    subprocess.run(command, check=True)
