from pathlib import Path

import pytest

from speech.baker import Acoustic, Settings, Vocoder
from speech.baker.files import WHEEL


@pytest.fixture(scope="session")
def voice_folder(voices: Path) -> Path:
    return voices / "baker"


@pytest.fixture(scope="session")
def wheel(packages: Path) -> Path:
    """The real wheel."""
    return packages / WHEEL


@pytest.fixture(scope="session")
def acoustic(voice_folder: Path) -> Acoustic:
    return Acoustic(Settings(voice_folder))


@pytest.fixture(scope="session")
def vocoder(voice_folder: Path) -> Vocoder:
    return Vocoder(Settings(voice_folder))
