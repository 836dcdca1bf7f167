import pytest

from speech.text.numerals import cardinal, dotted, spell, spell_code


def test_spelling() -> None:
    """A code says yāo where a number says yī."""
    assert ("一零二", "幺零二") == (spell("102"), spell_code("102"))


@pytest.mark.parametrize(
    ("numbers", "expected"),
    [("1.2.3", "一点二点三"), ("10.20.35", "十点二十点三十五"), ("8.05.127", "八点零五点一二七")],
)
def test_dotted(numbers: str, expected: str) -> None:
    """Tens are counted, longer parts spelled."""
    assert expected == dotted(numbers)


@pytest.mark.parametrize(
    ("digits", "expected"),
    [
        ("0", "零"),
        ("10", "十"),
        ("110", "一百一十"),
        ("205", "两百零五"),
        ("2200", "两千二百"),
        ("30040", "三万零四十"),
        ("1001000", "一百万一千"),
        ("100000001", "一亿零一"),
        ("2000020000", "二十亿零二万"),
        ("1" + 15 * "0", "一千万亿"),
        ("12345678901234567", "一二三四五六七八九零一二三四五六七"),
    ],
)
def test_cardinals(digits: str, expected: str) -> None:
    """Zeros between digits are said once, those at the end not at all; what is too long to count is spelled."""
    assert expected == cardinal(digits)
