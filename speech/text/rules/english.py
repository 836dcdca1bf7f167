"""What wetext's English grammar reads wrongly, before it and after it."""

import re
from itertools import pairwise

from speech.text.rules.table import Rule

UNITS = {"$": ("dollar", "cent"), "£": ("pound", "penny"), "€": ("euro", "cent")}
PLURALS = {"penny": "pence"}
TENS = {
    "0": "hundreds", "1": "tens", "2": "twenties", "3": "thirties", "4": "forties", "5": "fifties", "6": "sixties",
    "7": "seventies", "8": "eighties", "9": "nineties",
}  # fmt: skip
ROMAN = {"I": 1, "V": 5, "X": 10}
NUMBERED = "Act|Book|Chapter|Part|Phase|Section|Type|Unit|Volume|War"


def _thousand(match: re.Match[str]) -> str:
    return "one thousand dollars" if match["dollars"] else "one thousand"


def _money(match: re.Match[str]) -> str:
    amounts = zip((match[2], match[3]), UNITS[match[1]], strict=True)
    return " and ".join(_amount(number.lstrip("0"), unit) for number, unit in amounts if number.strip("0"))


def _amount(number: str, unit: str) -> str:
    return f"{number} {unit if number == '1' else PLURALS.get(unit, f'{unit}s')}"


def _roman(match: re.Match[str]) -> str:
    values = [ROMAN[letter] for letter in match[2]]
    return f"{match[1]} {sum(-one if one < after else one for one, after in pairwise([*values, 0]))}"


BEFORE: tuple[Rule, ...] = (
    # https://www.example.com/, which is spelled h t t p s; bob@example.com
    (r"(?<![A-Za-z])(?:https?://)?www\.|(?<![A-Za-z])https?://", ""),
    (r"(?<=[a-z])/(?=\s|$)", ""),
    (r"(?<=\w)@(?=\w)", " at "),
    (r"(?<=\w)\.(?=[a-z]{2})", " dot "),
    # $12.50, but not $1.25 million
    (r"([$£€])(\d+)\.(\d\d)(?!\.?\d| ?(?:[kmb]illion|thousand|hundred|[KMB](?![A-Za-z])))", _money),
    # $5K
    (r"(?<=[$£€])(\d+)K(?![A-Za-z])", r"\g<1>000"),
    # 1,000 dogs, $1000: ten hundred, thousand dollars
    (r"(?P<dollars>\$?)(?<![\d.,])1,?000(?![\d%]|[.,:/-]\d| ?[A-Za-z°]{1,2}(?![A-Za-z]))", _thousand),
    # 1,234.56: thousand two hundred
    (r"(?<![\d,.])1,?([1-9]\d\d\.\d)", r"one thousand \1"),
    # 555-1234
    (r"(?<![\d-])(\d{3})-(\d{4})(?![\d-])", lambda match: f"{' '.join(match[1])}, {' '.join(match[2])}"),
    # 1990s: seconds; '80s
    (r"(?<!\d)(1[89]|20)?'?(\d)0'?s(?![A-Za-z])", lambda match: f"{match[1] or ''} {TENS[match[2]]}".lstrip()),
    # 2.0.1: two dot zero point one
    (r"(?<![\d.])\d+(?:\.\d+){2,}", lambda match: match[0].replace(".", " point ")),
    # World War II
    (rf"(?<![A-Za-z])({NUMBERED}) ([IVX]+)(?![A-Za-z])", _roman),
    # No. 1, #1
    (r"(?<![A-Za-z])No\. ?(?=\d)|(?<!\S)#(?=\d)", "number "),
    # call 911
    (r"(?:(?<=[Cc]all )|(?<=[Dd]ial ))\d{3}(?!\d)", lambda match: " ".join(match[0])),
    (r"(?<![A-Za-z])Prof\.", "professor"),
    (r"(?<![A-Za-z])St\. (?=[A-Z])", "Saint "),
    (r"(?<![A-Za-z])e\.g\.,?", "for example"),
    (r"(?<![A-Za-z])i\.e\.,?", "that is"),
    (r"(?<![A-Za-z])vs\.", "versus"),
    (r"(?<!\d)24/7(?!\d)", "twenty-four seven"),
    # C#
    (r"(?<![A-Za-z])([CF])#", r"\1 sharp"),
    # x²
    (r"(?<=(?<![A-Za-z])[abcnrxyz])²", " squared"),
    (r"(?<=(?<![A-Za-z])[abcnrxyz])³", " cubed"),
)

AFTER: tuple[Rule, ...] = (
    # M.2, as wetext leaves it: M.two
    (r"(?<=[A-Za-z])\.(?=[a-z]{2})", " dot "),
)
