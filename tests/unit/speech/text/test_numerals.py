import pytest

from speech.text.numerals import dotted, spell, spell_code


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
