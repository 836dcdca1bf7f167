from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from speech.errors import InvalidPronunciationError, SpeechError
from speech.kokoro.script import FrontEnd

FOLDER = Path(__file__).resolve().parents[4] / ".local/voices/kokoro"


@pytest.fixture(scope="module")
def front_end() -> FrontEnd:
    return FrontEnd(FOLDER)


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("你好，世界！", "ni↗xau↓, ʂɨ↘ʨje↘!"),
        ("你好 世界", "ni↗xau↓, ʂɨ↘ʨje↘"),
        ("去哪儿？一点儿也不。", "ʨʰy↘ na↓ɚ? i↘tja↓ɚ je↓ pu↘."),
        ("用iPhone拍照", "jʊ↘ŋ ˈIfˌOn pʰai→ꭧau↘"),
        ("PDF文件", "pʰˌidˌiˈɛf wə↗nʨjɛ↘n"),
        ("他说：I have 3 apples.", "tʰa→ ʂwo→: ˌI hæv θɹˈi ˈæpᵊlz."),
        ("我有3个apple", "wo↗ jou↓ sa→nkɤ↘ ˈæpᵊl"),
        ("‹行|HANG2›, the end", "xa↗ŋ, ði ˈɛnd"),
        ("café", "kʰæfˈA"),
    ],
)
def test_symbols(front_end: FrontEnd, text: str, expected: str) -> None:
    """Words are apart, pauses are signs, 儿 is of its syllable, and each language has its own sounds and numbers."""
    assert expected == "".join(front_end.read(text).phonemes)


def test_voices(front_end: FrontEnd) -> None:
    """English is American but from a British voice; only a Mandarin voice writes that p, t and k are aspirated.

    A number alone is in the voice's language.
    """
    heard = {
        language: "".join(front_end.read("top car", language).phonemes) for language in ("zh-CN", "en-US", "en-GB")
    }
    assert {"zh-CN": "tʰˈɑp kʰˈɑɹ", "en-US": "tˈɑp kˈɑɹ", "en-GB": "tˈɒp kˈɑː"} == heard
    assert [("sa→n",), ("θɹˈi",)] == [front_end.read("3", language).phonemes for language in ("zh-CN", "en-US")]


def test_is_english(front_end: FrontEnd) -> None:
    """A text is English if it has no Mandarin, whoever reads it."""
    assert [True, False, False] == [front_end.read(text).is_english for text in ("Hello, 2 cats.", "你好 OK", "3")]


def test_errors(front_end: FrontEnd) -> None:
    """What no engine takes is refused here, too."""
    with pytest.raises(InvalidPronunciationError):
        front_end.read("‹行|X›")


@settings(max_examples=60, deadline=None)
@given(st.one_of(st.text(max_size=30), st.text("你儿好的一不abI '3.,，。！ の", max_size=30)))
def test_any_text(front_end: FrontEnd, text: str) -> None:
    """Any text is read, with symbols for each of its sounds, or refused as a `SpeechError`."""
    try:
        script = front_end.read(text)
    except SpeechError:
        return
    assert len(script.pronunciation.sounds) == len(script.phonemes)
    assert not "".join(script.phonemes).endswith(" ")
