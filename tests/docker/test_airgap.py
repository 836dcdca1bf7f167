import os
import subprocess
import tarfile
from pathlib import Path

import pytest

from compose.local.settings import ROOT
from tests.docker.conftest import Compose

BUNDLE = str(ROOT / "compose/airgap/bundle.sh")


def _bundle(stack: Compose, *arguments: str) -> subprocess.CompletedProcess[str]:
    knobs = dict(line.split("=", 1) for line in stack.env_file.read_text().splitlines())
    return subprocess.run([BUNDLE, *arguments], env=os.environ | knobs, capture_output=True, text=True, check=False)


@pytest.mark.timeout(300)
def test_all_images_travel_as_one_file(stack: Compose, tmp_path: Path) -> None:
    """The bundle holds every image of the stack and loads; a damaged one is refused."""
    file = tmp_path / "images.tar.gz"
    saved = _bundle(stack, "save", str(file))
    assert 0 == saved.returncode, saved.stderr
    with tarfile.open(file) as archive:
        manifest = archive.extractfile("manifest.json")
        assert manifest
        content = manifest.read().decode()
    for container in stack.containers():
        assert container["Config"]["Image"] in content
    assert 0 == _bundle(stack, "load", str(file)).returncode
    with file.open("r+b") as damaged:
        damaged.write(b"damaged")
    assert 0 != _bundle(stack, "load", str(file)).returncode
