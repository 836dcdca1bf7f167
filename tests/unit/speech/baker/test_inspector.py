from pathlib import Path

import pytest

from speech.baker import Inspector, Settings
from speech.errors import InvalidPronunciationError, NothingToSpeakError
from speech.reading import ReadSyllable


@pytest.fixture(scope="module")
def inspector() -> Inspector:
    return Inspector(Settings(Path("nowhere")))


def test_every_syllable_is_shown_before_and_after_sandhi(inspector: Inspector) -> None:
    """With its character of the normalised text; ü is written as people write it."""
    reading = inspector.inspect("你好，绿2号‹行|XING2›不是")
    assert "你好，绿二号行不是" == reading.normalized
    assert [
        ("你", "ni3", "ni2"),
        ("好", "hao3", "hao3"),
        ("绿", "lü4", "lü4"),
        ("二", "er4", "er4"),
        ("号", "hao4", "hao4"),
        ("行", "xing2", "xing2"),
        ("不", "bu4", "bu2"),  # dictionaries have bú shì
        ("是", "shi4", "shi4"),
    ] == [*reading.syllables]


def test_a_latin_word_stands_at_each_of_its_syllables(inspector: Inspector) -> None:
    """As this voice says it, in Mandarin syllables."""
    expected = [ReadSyllable("OK", one, one) for one in ("ou1", "kei4")] + [ReadSyllable("的", "de5", "de5")]
    assert expected == [*inspector.inspect("OK的").syllables]


def test_what_cannot_be_spoken_cannot_be_inspected(inspector: Inspector) -> None:
    """The errors are those of speech."""
    with pytest.raises(NothingToSpeakError):
        inspector.inspect("……")
    with pytest.raises(InvalidPronunciationError):
        inspector.inspect("‹行|X›")
