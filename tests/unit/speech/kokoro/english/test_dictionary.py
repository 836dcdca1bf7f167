import json

from speech.kokoro.english.dictionary import Dictionary, Entry, Known, compiled

GOLD: dict[str, Entry] = {"Polish": "P", "read": {"DEFAULT": "r", "VBD": "e"}, "polish": "p", "a": "A", "zoo": "z"}
SILVER = {"read": "x", "'tis": "t", "apples": "ˈæ"}


def test_find() -> None:
    """A word is found with all its capitals, the checked before the unchecked; the first, the last and none too."""
    dictionary = Dictionary(compiled(json.dumps(GOLD).encode(), json.dumps(SILVER).encode()))
    for word, entry in GOLD.items():
        assert Known(word, checked=True, entry=entry) in dictionary.find(word)
    assert ["Polish", "polish"] == [one.word for one in dictionary.find("POLISH")]
    assert [True, False] == [one.checked for one in dictionary.find("read")]
    assert [Known("'tis", checked=False, entry="t")] == dictionary.find("'tis")
    assert [[], [], [], []] == [dictionary.find(word) for word in ("", "appl", "zzz", "!")]
    assert [] == Dictionary(b"").find("a")
