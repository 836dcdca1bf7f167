from pathlib import Path

import pytest

from speech.kokoro import Acoustic, Settings, Vocoder


@pytest.fixture(scope="session")
def voice_folder(voices: Path) -> Path:
    return voices / "kokoro"


@pytest.fixture(scope="session")
def acoustic(voice_folder: Path) -> Acoustic:
    return Acoustic(Settings(voice_folder))


@pytest.fixture(scope="session")
def vocoder(voice_folder: Path) -> Vocoder:
    return Vocoder(Settings(voice_folder))
