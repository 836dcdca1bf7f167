from pathlib import Path

import pytest

from speech.kokoro import Acoustic, Settings, Vocoder

STATE = Path(__file__).resolve().parents[4] / ".local"


@pytest.fixture(scope="session")
def voice_folder() -> Path:
    """The real files, as `make setup` prepared them."""
    return STATE / "voices/kokoro"


@pytest.fixture(scope="session")
def packages() -> Path:
    """The real packages that they come from."""
    return STATE / "wheels"


@pytest.fixture(scope="session")
def acoustic(voice_folder: Path) -> Acoustic:
    return Acoustic(Settings(voice_folder))


@pytest.fixture(scope="session")
def vocoder(voice_folder: Path) -> Vocoder:
    return Vocoder(Settings(voice_folder))
