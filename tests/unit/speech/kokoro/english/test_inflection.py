import pytest

from speech.kokoro.english import AMERICAN, BRITISH
from speech.kokoro.english.inflection import inflected, stems


@pytest.mark.parametrize(
    ("word", "stem", "ending"),
    [
        ("cats", "cat", "s"),
        ("boxes", "box", "s"),
        ("cities", "city", "s"),
        ("walked", "walk", "ed"),
        ("baked", "bake", "ed"),
        ("stopped", "stop", "ed"),
        ("tried", "try", "ed"),
        ("making", "make", "ing"),
        ("runner", "run", "er"),
        ("sadly", "sad", "ly"),
        ("tom's", "tom", "s"),
        ("boys'", "boys", ""),
        ("who'd", "who", "ed"),
        ("that'll", "that", "əl"),
    ],
)
def test_stems(word: str, stem: str, ending: str) -> None:
    """The dictionary form is among what a form may come from."""
    assert (stem, ending) in [*stems(word)]


@pytest.mark.parametrize("word", ["glass", "be", "", "apple", "o'clock"])
def test_no_ending(word: str) -> None:
    """What has no ending is no form of another word."""
    assert [] == [*stems(word)]


@pytest.mark.parametrize(
    ("stem", "ending", "american", "british"),
    [
        ("kˈæt", "s", "kˈæts", "kˈæts"),
        ("dˈɔɡ", "s", "dˈɔɡz", "dˈɔɡz"),
        ("bˈɑks", "s", "bˈɑksᵻz", "bˈɑksɪz"),
        ("wˈɔk", "ed", "wˈɔkt", "wˈɔkt"),
        ("bˈɛɡ", "ed", "bˈɛɡd", "bˈɛɡd"),
        ("wˈɑnt", "ed", "wˈɑntᵻd", "wˈɑntɪd"),
        ("wˈAt", "ed", "wˈATᵻd", "wˈAtɪd"),
        ("wˈAt", "ing", "wˈATɪŋ", "wˈAtɪŋ"),
        ("bˈYz", "", "bˈYz", "bˈYz"),
    ],
)
def test_endings(stem: str, ending: str, american: str, british: str) -> None:
    """An ending takes the voice of the sound before it, a vowel where it must; Americans tap a t before it."""
    assert (american, british) == (inflected(stem, ending, AMERICAN), inflected(stem, ending, BRITISH))
