import pytest

from speech.text.syllables import parse, shown, syllable, toneless
from speech.text.tokens import Syllable


@pytest.mark.parametrize(
    ("pinyin", "expected"),
    [
        ("ju4", Syllable("j", "v", 4)),
        ("jue2", Syllable("j", "ve", 2)),
        ("juan3", Syllable("j", "van", 3)),
        ("lv4", Syllable("l", "v", 4)),
        ("lve4", Syllable("l", "ve", 4)),
        ("yi1", Syllable("", "i", 1)),
        ("wu3", Syllable("", "u", 3)),
        ("yu2", Syllable("", "v", 2)),
        ("yue4", Syllable("", "ve", 4)),
        ("you3", Syllable("", "iou", 3)),
        ("wei4", Syllable("", "uei", 4)),
        ("gui4", Syllable("g", "uei", 4)),
        ("liu4", Syllable("l", "iou", 4)),
        ("lun2", Syllable("l", "uen", 2)),
        ("zi5", Syllable("z", "ii", 5)),
        ("zhi1", Syllable("zh", "iii", 1)),
        ("ri4", Syllable("r", "iii", 4)),
        ("er2", Syllable("", "er", 2)),
        ("xiong2", Syllable("x", "iong", 2)),
        ("hm5", Syllable("h", "eng", 5)),
    ],
)
def test_sounds(pinyin: str, expected: Syllable) -> None:
    """Spelling becomes sound: full finals, no y or w, three kinds of i."""
    assert expected == syllable(pinyin)


@pytest.mark.parametrize(
    ("written", "expected"),
    [
        ("XING2", "xing2"),
        ("Lü4", "lv4"),
        ("lu:4", "lv4"),
        ("LV4", "lv4"),
        ("lue4", "lve4"),
        ("nüe4", "nve4"),
        ("jv1", "ju1"),
        ("xü1", "xu1"),
        ("yüe4", "yue4"),
        ("lu4", "lu4"),
        ("o2", "o2"),
        ("er5", "er5"),
        ("xing", ""),
        ("xing0", ""),
        ("xin g2", ""),
        ("ling²", ""),
        ("2", ""),
        ("", ""),
    ],
)
def test_every_way_to_write_a_syllable(written: str, expected: str) -> None:
    """Capitals and all ways to write ü are one syllable; what is none, or has no tone, is nothing."""
    assert expected == parse(written)


def test_what_is_shown_can_be_marked() -> None:
    """Every syllable, as people write it, is read as itself."""
    every = {f"{letters}{tone}" for letters in toneless() for tone in range(1, 6)}
    assert every == {parse(shown(one)) for one in every}
    assert "lü4" == shown("lv4")
