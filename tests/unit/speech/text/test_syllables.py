import pytest

from speech.text.syllables import syllable
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
