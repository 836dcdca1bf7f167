"""What the tables of rules are made of."""

import re
from collections.abc import Callable, Iterable

from speech.text.numerals import spell_code

Rule = tuple[str, str | Callable[[re.Match[str]], str]]
"""A regular expression and what takes the place of its matches. The comment above a rule is an example of it."""

NUMBER = r"\d+(?:\.\d+)?"

TO = " ?[-~—] ?"

COUNTED = (
    "[万亿千百十多余几元块角毛美欧英港日韩澳加新个人次名位条件只台辆页字年天米步分岁种家本张套款项级度吨斤克倍部篇集期届门座栋层"
    "平立公毫厘微纳小秒周月瓦伏赫帕兆升瓶杯盒包箱袋支根棵朵匹头双对组段句遍趟场份笔颗粒片枚股户票点时左以起]"
)
"""How what is counted begins: a number before it is an amount, not a name."""


def applying(*tables: Iterable[Rule]) -> Callable[[str], str]:
    """A function that applies the rules of all tables in turn, each to what the one before it left."""
    rules = [(re.compile(pattern), replacement) for table in tables for pattern, replacement in table]

    def apply(text: str) -> str:
        for pattern, replacement in rules:
            text = pattern.sub(replacement, text)
        return text

    return apply


def code(match: re.Match[str]) -> str:
    """The groups of a number, spelled, with a breath between them."""
    return "、".join(spell_code(group) for group in match.groups() if group)


def one_of(words: Iterable[str]) -> str:
    """A pattern for any of `words`, the longest that is there."""
    return "|".join(map(re.escape, sorted(words, key=len, reverse=True)))
