from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from speech.indextts2.glossary import Glossary, GlossaryError


@pytest.fixture
def file(tmp_path: Path) -> Path:
    return tmp_path / "glossary.txt"


def test_file(file: Path) -> None:
    """A line holds a term, a tab or =>, and its reading; empty lines and lines that begin with # are passed over."""
    file.write_text("\ufeff# 注释\n\nC++ => C 加加\n重庆\tCHONG2 QING4\n  # 另一条\nM.2=>M 点二\n", "utf-8")
    glossary = Glossary.read(file)
    assert "学 C 加加 在 CHONG2 QING4 # M 点二 " == glossary.apply("学C++在重庆#M.2")


@pytest.mark.parametrize(
    ("lines", "number"),
    [("C++\n", 1), ("好 => 好\n=> 好\n", 2), ("# 注释\n\n好 =>\n", 3), ("好\t好\nAI=>诶爱\nai => 爱\n", 3)],
)
def test_mistakes(file: Path, lines: str, number: int) -> None:
    """A line without a term or a reading, or with a term a second time, is an error that names file and line."""
    file.write_text(lines, "utf-8")
    with pytest.raises(GlossaryError, match=f"glossary.txt:{number}: "):
        Glossary.read(file)


@pytest.mark.parametrize("content", [None, b"\xff\xfe\x00"])
def test_unreadable(file: Path, content: bytes | None) -> None:
    """A file that is missing or is no UTF-8 is an error that names it."""
    if content is not None:
        file.write_bytes(content)
    with pytest.raises(GlossaryError, match=r"glossary\.txt: "):
        Glossary.read(file)


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("银行行长", " YIN2HANG2  hang2 长"),
        ("ai AI Ai", " 诶爱   诶爱   诶爱 "),
        ("AIR MAIL ai4 AI2", "AIR MAIL ai4 AI2"),
        ("用AI。", "用 诶爱 。"),
        ("C#和C", " C SHARP 和C"),
        ("é É", " e  É"),
        ("没有", "没有"),
        ("", ""),
    ],
)
def test_apply(text: str, expected: str) -> None:
    """The longest term wins, A to Z in either case, not inside a word or mark; a reading is not read again."""
    readings = {"行": "hang2", "银行": "YIN2HANG2", "AI": "诶爱", "C#": "C SHARP", "é": "e", "诶": "欸"}
    assert expected == Glossary(readings).apply(text)


def test_empty() -> None:
    """Without terms a text stays as it is."""
    assert "你好" == Glossary({}).apply("你好")


@given(st.dictionaries(st.text(min_size=1, max_size=4), st.text(max_size=4), max_size=6), st.text(max_size=20))
def test_any_terms(readings: dict[str, str], text: str) -> None:
    """Any terms can be used on any text that holds them."""
    glossary = Glossary(readings)
    for term in readings:
        glossary.apply(f"{text}{term}{text}{term.swapcase()}")


def test_a_mark_goes_before_a_term() -> None:
    """What a text says of itself is not replaced."""
    assert " HANG2 情‹行|XING2›不‹行|XING2›" == Glossary({"行": "HANG2"}).apply("行情‹行|XING2›不‹行|XING2›")
