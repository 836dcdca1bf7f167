from pathlib import Path

import pytest

from speech.baker import Acoustic, Settings, Vocoder
from speech.baker.files import WHEEL

STATE = Path(__file__).resolve().parents[4] / ".local"


@pytest.fixture(scope="session")
def voice_folder() -> Path:
    """The real voice, as `make setup` prepared it."""
    return STATE / "voices/baker"


@pytest.fixture(scope="session")
def packages() -> Path:
    """Where `make setup` keeps the wheel that the voice comes from."""
    return STATE / "wheels"


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
