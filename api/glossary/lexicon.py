"""Reads lexicons of the W3C (https://www.w3.org/TR/pronunciation-lexicon/)."""

from collections.abc import Iterator

from api import problems
from api.glossary.entries import Entry, entry_of
from api.problems import Refusal
from api.script.markup import Element, parse

PINYIN = {"pinyin", "x-pinyin", "x-microsoft-sapi", "sapi"}


def read(document: str) -> list[Entry]:
    """Its entries, or `Refusal`: of each lexeme the preferred, or first, phonemes in pinyin, or its alias."""
    try:
        root = parse(document)
        if root.name != "lexicon":
            raise root.refusal("须以 <lexicon> 开头", "a lexicon begins with <lexicon>")
        return [entry for lexeme in _children(root, "lexeme") for entry in _entries(lexeme, root.get("alphabet", ""))]
    except Refusal as refusal:
        if refusal.problem is not problems.INVALID_SSML:
            raise
        refusal.problem = problems.INVALID_LEXICON
        raise


def _entries(lexeme: Element, alphabet: str) -> Iterator[Entry]:
    readings = [*_children(lexeme, "phoneme"), *_children(lexeme, "alias")]
    words = [*_children(lexeme, "grapheme")]
    if not words or not readings:
        raise lexeme.refusal("缺少 grapheme，或 phoneme 和 alias", "a grapheme, or a phoneme or an alias, is missing")
    reading = next((one for one in readings if one.get("prefer", "") == "true"), readings[0])
    if reading.name == "phoneme" and reading.get("alphabet", alphabet) not in PINYIN:
        raise reading.refusal("phoneme 须为拼音：alphabet=x-pinyin", "a phoneme must be pinyin: alphabet=x-pinyin")
    spoken = reading.text().text
    for word in words:
        yield entry_of(word.text().text, **{"pinyin" if reading.name == "phoneme" else "alias": spoken})


def _children(element: Element, name: str) -> Iterator[Element]:
    return (child for child in element.children if isinstance(child, Element) and child.name == name)
