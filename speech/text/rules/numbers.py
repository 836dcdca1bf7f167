"""Ranges, ordinals, fractions and Roman numerals; what a 2 is called; decimals."""

import re

from speech.text.characters import HAN
from speech.text.numerals import cardinal, spell
from speech.text.rules.table import COUNTED, NUMBER, TO, Rule

ROMAN = {"I": 1, "V": 5, "X": 10, "L": 50, "C": 100}
NUMBERED = "章节卷部册篇页届期类级型代世辑"

SPAN = re.compile(f"{COUNTED}|[号周]")
"""What a range is of even if it falls: 12-2月."""

MEASURE = (
    "[台间房所部项款种样份组批副串句遍顿轮圈步声下亩包滴朵束桌扇门幅枚笔股角毛倍室厅卫者端边国省市会]|次(?!列车)|年(?!级)"
    r"|成(?!人)|星期|礼拜|公斤|居室|[大小](?=[\d一二两])|节课|道题"
)
"""What two of are 两, and 二 in wetext."""


def _roman(match: re.Match[str]) -> str:
    """A letter before a greater one is taken away: XIV is 14."""
    values = [ROMAN[letter] for letter in match["roman"]]
    following = [*values[1:], 0]
    return cardinal(str(sum(-one if one < after else one for one, after in zip(values, following, strict=True))))


def _range(match: re.Match[str]) -> str:
    """A score unless it rises: 3-2, 1-1."""
    falls = float(match[1]) >= float(match[2]) and not SPAN.match(match.string, match.end())
    return f"{match[1]}{'比' if falls else '到'}{match[2]}"


def _decimal(match: re.Match[str]) -> str:
    return f"{match[1] or 0}点{spell(match[2])}"


RULES: tuple[Rule, ...] = (
    # 第XII章; II型, but not V型, XX级
    (rf"(?<=第)(?P<roman>[IVXLC]{{1,6}})(?=[{NUMBERED}])", _roman),
    (rf"(?<![A-Za-z])(?P<roman>I|(?!XX)[IVX]{{2,5}})(?=[{NUMBERED}]|类)", _roman),
    # 3 1/2
    (r"(?<=\d) (?=\d/\d)", "又"),
    # 120/80mmHg
    (
        r"(?<![\d/])\d{2,3}/(?=\d{2,3}毫米汞柱)|(?<=血压)\d{2,3}/(?=\d{2,3})",
        lambda match: f"{cardinal(match[0][:-1])}、",
    ),
    # 24/7, which is no fraction
    (r"(?<![\d/])24/7(?![\d/])", "24、7"),
    # 1/3, 1/8000, but not the score 2/2
    (
        r"(?<![\d./])(?!(\d+)/\1(?!\d))(\d+) ?/ ?(\d+)(?![\d./])",
        lambda match: f"{cardinal(match[3])}分之{cardinal(match[2])}",
    ),
    # 4-3-3
    (r"(?<![\d-])\d(?:-\d){2,4}(?![\d=-])", lambda match: spell(match[0].replace("-", ""))),
    # 50-60, 第1-3章, 12-2月; 3-2切尔西; but not 5-3=2, 2-1+1
    (rf"(?<![\d.:/+*×÷=-])({NUMBER}){TO}({NUMBER})(?![\d.:/]| ?[=+*×÷-])", _range),
    # 1月-3月, 5千克-10千克
    (rf"(?<=\d)([{HAN}]{{1,4}}){TO}(?=[\d.]+\1)", r"\1到"),
    (rf"(?<=[年月日号]){TO}(?=[\d零一二三四五六七八九十])", "到"),
    # 周一-周五
    (rf"(?<=[周期][一二三四五六日天]){TO}(?=周|星期)", "到"),
    # 1.苹果
    (rf"(?<![\d.])(\d{{1,2}})\. ?(?=[{HAN}])", r"\1、"),
    # 2手车, 2线城市
    (r"(?<![\d.第])2(?=[手胎环孩]|单元|线城市|房东|把手|次[元方函]|维码)", "二"),
    # 2次, otherwise 二次
    (rf"(?<![\dA-Za-z.、:/第-])2(?={MEASURE})", "两"),
    # 第2天, otherwise 两天; after the ranges, of which 第2到3天 is one
    (r"(?<=第)2(?!\d|\.\d)", "二"),
)

DECIMALS: tuple[Rule, ...] = (
    # 12.9, otherwise 十二月九日; .22
    (r"(?<![\dA-Za-z.])(\d+)?\.(\d+)(?![\d.]*\.\d)", _decimal),
)
