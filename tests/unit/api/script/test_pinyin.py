"""Pinyin as people write it becomes the mark that engines know, and nothing else does."""

import pytest
from pypinyin.constants import PINYIN_DICT
from pypinyin.contrib.tone_convert import to_tone3

from api.script.pinyin import marks

NOT_IN_WORDS = {"biang", "bong", "cei", "din", "fiao", "len", "m", "nia", "tei", "wong", "ê", "n", "ng"}
"""Which dictionaries have for dialects, interjections, or one single character."""


@pytest.mark.parametrize(
    ("characters", "written", "expected"),
    [
        ("行", "xíng", "‹行|XING2›"),
        ("行", "Xing2", "‹行|XING2›"),
        ("行", "xing 2", "‹行|XING2›"),
        ("行", "xi\u0301ng", "‹行|XING2›"),
        ("女", "nǚ", "‹女|NV3›"),
        ("女", "nü3", "‹女|NV3›"),
        ("略", "lue4", "‹略|LVE4›"),
        ("居", "jü1", "‹居|JU1›"),
        ("的", "de5", "‹的|DE5›"),
        ("重庆", "chóng qìng", "‹重|CHONG2›‹庆|QING4›"),
        ("重庆", "chong2qing4", "‹重|CHONG2›‹庆|QING4›"),
        ("西安", "xi1'an1", "‹西|XI1›‹安|AN1›"),
    ],
)
def test_pinyin(characters: str, written: str, expected: str) -> None:
    """With accents or digits, syllables apart or not."""
    assert expected == "".join(marks(characters, written) or [])


@pytest.mark.parametrize(
    ("characters", "written"),
    [
        ("行", "xing"),
        ("行", "xíng2"),
        ("行", "xing6"),
        ("行", "voice2"),
        ("行", "xing2!"),
        ("行", ""),
        ("", ""),
        ("行", "yin2 hang2"),
        ("银行", "hang2"),
        ("A", "ei4"),
    ],
)
def test_what_is_no_pinyin(characters: str, written: str) -> None:
    """Without a tone, of no syllable that there is, or of more or fewer characters."""
    assert marks(characters, written) is None


def test_every_syllable_of_the_dictionary() -> None:
    """What a dictionary writes with an accent is known in its spelling."""
    readings = {reading for readings in PINYIN_DICT.values() for reading in readings.split(",")}
    written = {one: to_tone3(one, v_to_u=False, neutral_tone_with_five=True) for one in readings}
    for accented, numbered in written.items():
        if not numbered.endswith("5") and numbered[:-1] not in NOT_IN_WORDS:
            assert [f"‹行|{numbered.upper()}›"] == marks("行", accented) == marks("行", numbered)
