import time

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from speech.kokoro.english import English
from speech.kokoro.english.lexicon import _own


@pytest.mark.parametrize(
    ("word", "expected"),
    [
        ("apple", "ˈæpᵊl"),
        ("Apple", "ˈæpᵊl"),
        ("APPLE", "ˈæpᵊl"),
        ("through", "θɹˈu"),
        ("schedule", "skˈɛʤˌul"),
        ("water", "wˈɔTəɹ"),  # tapped, in the symbol of Kokoro 1.0
        ("button", "bˈʌtn"),
        ("polish", "pˈɑlɪʃ"),
        ("Polish", "pˈOlɪʃ"),
        ("the", "ðˈə"),
        ("and", "ˈænd"),
        ("us", "ˈʌs"),
        ("B", "bˈi"),
        ("US", "jˌuˈɛs"),
        ("GPT", "ʤˌipˌitˈi"),
        ("GPUs", "ʤˌipˌijˈuz"),
        ("html", "ˌAʧtˌiˌɛmˈɛl"),
        ("usb", "jˌuˌɛsbˈi"),
        ("NASA", "nˈæsə"),
        ("APP", "ˈæp"),
        ("iPhones", "ˈIfˌOnz"),
        ("WiFi", "wˈIfˌI"),
        ("ChatGPT", "ʧˌætʤˌipˌitˈi"),
        ("HelloWorld", "həlˈOwˌɜɹld"),
        ("mousepad", "mˈWspˌæd"),
        ("livestreams", "lˈIvstɹˌimz"),
        ("John's", "ʤˈɑnz"),
        ("boys'", "bˈYz"),
        ("don't", "dˈOnt"),
        ("Beijing", "bˌAʤˈɪŋ"),
        ("Xiaoming's", "ɕjau→mi→ŋz"),
        ("Huawei", "xwa→wei→"),
        ("lululemon", "lˈulˌulˌɛmən"),
        ("blorptastic", "blˌɔɹptˈæstɪk"),
        ("'", ""),
    ],
)
def test_words(american: English, word: str, expected: str) -> None:
    """A word alone sounds as a teacher says it; initials are spelled; new words are compounds, names or sounded out."""
    assert [expected] == american.read([word])


@pytest.mark.parametrize(
    ("word", "expected"),
    [
        ("apple", "ˈapᵊl"),
        ("water", "wˈɔːtə"),
        ("schedule", "ʃˈɛdjuːl"),
        ("iPhone", "ˈIfˌQn"),
        ("GPT", "ʤˌiːpˌiːtˈiː"),
        ("Docker", "dˈɒkə"),
        ("blorptastic", "blˌɔːptˈastɪk"),
    ],
)
def test_british(british: English, word: str, expected: str) -> None:
    """A British voice has British sounds, in its dictionary and beyond."""
    assert [expected] == british.read([word])


@pytest.mark.parametrize(
    ("phrase", "expected"),
    [
        ("the end of the apple", "ði ˈɛnd ʌv ði ˈæpᵊl"),
        ("a cat an hour", "ɐ kˈæt ɐn ˈWəɹ"),
        ("plan A is", "plˈæn ˈA ɪz"),
        ("to go to eat", "tə ɡˌO tʊ ˈit"),
        ("I can", "ˌI kˈæn"),
        ("I can go", "ˌI kæn ɡˌO"),
        ("to record a record", "tə ɹəkˈɔɹd ɐ ɹˈɛkəɹd"),
        ("I read it yesterday", "ˌI ɹˈɛd ɪt jˈɛstəɹdˌA"),
        ("IT IS GOOD", "ɪt ɪz ɡˈʊd"),
        ("USA EU IT", "jˌuˌɛsˈA ˌijˈu ˌItˈi"),
    ],
)
def test_phrases(american: English, phrase: str, expected: str) -> None:
    """Function words are weak, articles depend on the next sound, homographs on their neighbours."""
    assert expected == " ".join(american.read(phrase.split()))


def test_our_own_words(american: English, british: English, vocabulary: frozenset[str]) -> None:
    """Every word of words.txt has a sound in both dialects, and the file is sorted."""
    assert sorted(_own()) == [*_own()]
    for english in (american, british):
        assert all(symbols and vocabulary.issuperset(symbols) for word in _own() for symbols in english.read([word]))


@settings(max_examples=40, deadline=None)
@given(st.lists(st.text("abcehinorstuyzABCEINST'", min_size=1, max_size=12), min_size=1, max_size=4))
def test_any_letters(american: English, vocabulary: frozenset[str], words: list[str]) -> None:
    """Whatever the letters are, each word has symbols that Kokoro knows, unless it has no letter."""
    symbols = american.read(words)
    assert [bool(word.strip("'")) for word in words] == [*map(bool, symbols)]
    assert vocabulary.issuperset("".join(symbols))


@pytest.mark.parametrize("word", ["a" * 2000, "aB" * 1000, "s's" * 700, "w" * 2000, "nan" * 600 + "x"])
def test_long_words(american: English, word: str) -> None:
    """Two thousand letters without a space take no more than a few moments of the processor."""
    start = time.process_time()
    american.read([word])
    assert time.process_time() - start < 5
