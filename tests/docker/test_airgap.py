import tarfile
from pathlib import Path

import pytest

from tests.docker.conftest import Compose


@pytest.mark.timeout(300)
def test_all_images_travel_as_one_file(stack: Compose, tmp_path: Path) -> None:
    """The bundle holds every image, also the one that makes the secrets, and loads; a damaged one is refused."""
    file = tmp_path / "images.tar.gz"
    saved = stack.make("bundle", f"FILE={file}")
    assert 0 == saved.returncode, saved.stderr
    with tarfile.open(file) as archive:
        manifest = archive.extractfile("manifest.json")
        assert manifest
        content = manifest.read().decode()
    for container in stack.containers():
        assert container["Config"]["Image"] in content
    assert "localhost/haoshuo/tools:dev" in content
    assert 0 == stack.make("load", f"FILE={file}").returncode
    with file.open("r+b") as damaged:
        damaged.write(b"damaged")
    assert 0 != stack.make("load", f"FILE={file}").returncode
