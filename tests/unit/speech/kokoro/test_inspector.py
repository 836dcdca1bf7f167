from pathlib import Path

import pytest

from speech.errors import NothingToSpeakError
from speech.kokoro import Inspector, Settings


@pytest.fixture(scope="module")
def inspector(voice_folder: Path) -> Inspector:
    return Inspector(Settings(voice_folder))


def test_a_word_of_english_is_one_without_pinyin(inspector: Inspector) -> None:
    """Beside syllables, each with its character, before and after sandhi."""
    reading = inspector.inspect("你好，apple")
    assert "你好，apple" == reading.normalized
    assert [("你", "ni3", "ni2"), ("好", "hao3", "hao3"), ("apple", "", "")] == [*reading.syllables]


def test_what_cannot_be_spoken_cannot_be_inspected(inspector: Inspector) -> None:
    """The errors are those of speech."""
    with pytest.raises(NothingToSpeakError):
        inspector.inspect("……")
