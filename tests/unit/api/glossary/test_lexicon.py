"""Lexicons of the W3C."""

import pytest

from api.glossary.entries import Entry
from api.glossary.lexicon import read
from api.problems import Refusal

LEXICON = """<?xml version="1.0" encoding="UTF-8"?>
<lexicon version="1.0" xmlns="http://www.w3.org/2005/01/pronunciation-lexicon" alphabet="x-pinyin" xml:lang="zh-CN">
  <meta name="author" content="x"/>
  <lexeme><grapheme>行长</grapheme><phoneme>hang2 zhang3</phoneme></lexeme>
  <lexeme>
    <grapheme>W3C</grapheme><grapheme>w3c</grapheme><alias>万维网 联盟</alias><example>用W3C</example>
  </lexeme>
  <lexeme role="x"><grapheme>好</grapheme><phoneme>hào</phoneme><phoneme prefer="true">hǎo</phoneme></lexeme>
</lexicon>
"""


def test_lexicon() -> None:
    """Phonemes in pinyin and aliases become entries, one for each grapheme; the preferred of several counts."""
    assert [
        Entry("行长", pinyin="hang2 zhang3"),
        Entry("W3C", alias="万维网 联盟"),
        Entry("w3c", alias="万维网 联盟"),
        Entry("好", pinyin="hǎo"),
    ] == read(LEXICON)


@pytest.mark.parametrize(
    ("old", "new", "code", "line"),
    [
        ("x-pinyin", "ipa", "invalid_lexicon", 4),
        ("<phoneme>hang2 zhang3</phoneme>", "", "invalid_lexicon", 4),
        ("</lexicon>", "", "invalid_lexicon", 10),
        ("lexicon", "speak", "invalid_lexicon", 2),
        ("?>", '?><!DOCTYPE x [<!ENTITY a "aaaa">]>', "invalid_lexicon", 1),
        ("hang2 zhang3", "hang2", "invalid_reading", None),
        ("<grapheme>行长", "<grapheme> ", "invalid_word", None),
    ],
)
def test_what_is_no_lexicon(old: str, new: str, code: str, line: int | None) -> None:
    """It is refused as a whole, with the place; no document type is let in."""
    with pytest.raises(Refusal) as refused:
        read(LEXICON.replace(old, new))
    assert (code, line) == (refused.value.problem.code, refused.value.values.get("line"))
