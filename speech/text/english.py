"""What wetext's English grammar reads wrongly or not at all, rewritten before it sees it."""

import re
from collections.abc import Callable

MONEY = {"$": ("dollar", "cent"), "£": ("pound", "penny"), "€": ("euro", "cent")}
PLURAL = {"penny": "pence"}
DECADES = {
    "1": "tens", "2": "twenties", "3": "thirties", "4": "forties", "5": "fifties", "6": "sixties", "7": "seventies",
    "8": "eighties", "9": "nineties",
}  # fmt: skip

ROMAN = {"I": 1, "V": 5, "X": 10}


def before(text: str) -> str:
    for pattern, replacement in RULES:
        text = pattern.sub(replacement, text)
    return text


def _money(match: re.Match[str]) -> str:
    units = zip((match[2], match[3]), MONEY[match[1]], strict=True)
    return " and ".join(_amount(number, unit) for number, unit in units if number.strip("0"))


def _amount(number: str, unit: str) -> str:
    number = number.lstrip("0")
    return f"{number} {unit if number == '1' else PLURAL.get(unit, f'{unit}s')}"


def _decade(match: re.Match[str]) -> str:
    return f"{match[1] or ''} {DECADES[match[2]]}"


def _roman(match: re.Match[str]) -> str:
    values = [ROMAN[letter] for letter in match[2]]
    number = sum(-one if one < after else one for one, after in zip(values, [*values[1:], 0], strict=True))
    return f"{match[1]} {number}"


Rule = tuple[str, str | Callable[[re.Match[str]], str]]
_RULES: tuple[Rule, ...] = (
    # https://www.example.com/, bob@example.com
    (r"\b[a-z]+://(?:www\.)?|\bwww\.(?=\w)", ""),
    (r"(?<=[a-z])/(?=\s|$)", ""),
    (r"(?<=\w)@(?=\w)", " at "),
    (r"(?<=\w)\.(?=[a-z]{2})", " dot "),
    # $12.50, but not $1.25 million
    (r"([$£€])(\d+)\.(\d\d)(?!\.?\d| ?(?:[kmb]illion|thousand|hundred|[KMB]\b))", _money),
    # $5K
    (r"(?<=[$£€])(\d+)K\b", r"\g<1>000"),
    # 1,234.56, otherwise thousand two hundred; 1000, otherwise ten hundred
    (r"(?<![\d,.])\d{1,3}(?:,\d{3})+(?!,?\d)", lambda match: match[0].replace(",", "")),
    (r"(?<![\d,.])1000(?![\d,.])", "one thousand"),
    (r"(?<![\d,.])1([1-9]\d\d\.\d)", r"one thousand \1"),
    # 555-1234
    (r"(?<![\d-])(\d{3})-(\d{4})(?![\d-])", lambda match: f"{' '.join(match[1])}, {' '.join(match[2])}"),
    # the 1990s, the '80s
    (r"(?<!\d)(1\d|20)?'?([1-9])0'?s\b", _decade),
    # World War II
    (r"\b(Act|Book|Chapter|Part|Phase|Section|Type|Unit|Volume|War) ([IVX]+)\b", _roman),
    # No. 5, #1
    (r"(?:\bNo\. ?|(?<!\S)#)(?=\d)", "number "),
    (r"\bProf\.", "professor"),
    (r"\bSt\. (?=[A-Z])", "Saint "),
    (r"\be\.g\.,?", "for example"),
    (r"\bi\.e\.,?", "that is"),
    (r"\bvs\.", "versus"),
    (r"\b24/7\b", "twenty-four seven"),
    # C#
    (r"\b([CF])#", r"\1 sharp"),
)
RULES = [(re.compile(pattern), replacement) for pattern, replacement in _RULES]
