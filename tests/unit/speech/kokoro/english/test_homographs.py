import pytest

from speech.kokoro.english.homographs import parts_of_speech


@pytest.mark.parametrize(
    ("phrase", "word", "expected"),
    [
        ("i want to record it", "record", "VERB"),
        ("you live here", "live", "VERB"),
        ("close the door", "close", "VERB"),
        ("live", "live", "VERB"),
        ("a record of it", "record", "NOUN"),
        ("for use only", "use", "NOUN"),
        ("she read it", "read", "VBD"),
        ("we read it last week", "read", "VBD"),
        ("i have read it", "read", "VBN"),
        ("he used to go", "used", "VBD"),
        ("live music", "live", ""),
        ("a close friend", "close", ""),
        ("is used to it", "used", ""),
        ("who else would", "would", "None"),
    ],
)
def test_parts_of_speech(phrase: str, word: str, expected: str) -> None:
    """The words beside a homograph tell what it is; without a sign it stays what it mostly is."""
    words = phrase.split()
    assert expected == ([*parts_of_speech(words, words.index(word)), ""])[0]
