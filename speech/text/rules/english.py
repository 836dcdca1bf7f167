"""What wetext's English grammar reads wrongly, before it and after it."""

import re

from speech.text.rules.table import Rule

TENS = {
    "0": "hundreds", "1": "tens", "2": "twenties", "3": "thirties", "4": "forties", "5": "fifties", "6": "sixties",
    "7": "seventies", "8": "eighties", "9": "nineties",
}  # fmt: skip


def _thousand(match: re.Match[str]) -> str:
    return "one thousand dollars" if match["dollars"] else "one thousand"


BEFORE: tuple[Rule, ...] = (
    # https://www.example.com, which is spelled h t t p s
    (r"(?<![A-Za-z])(?:https?://)?www\.|(?<![A-Za-z])https?://", ""),
    # 1,000 dogs, $1000: ten hundred, thousand dollars
    (r"(?P<dollars>\$?)(?<![\d.,])1,?000(?![\d%]|[.,:/-]\d| ?[A-Za-z°]{1,2}(?![A-Za-z]))", _thousand),
    # 1990s: seconds
    (r"(?<!\d)(1[89]|20)(\d)0s(?![A-Za-z])", lambda match: f"{match[1]} {TENS[match[2]]}"),
    # 2.0.1: two dot zero point one
    (r"(?<![\d.])\d+(?:\.\d+){2,}", lambda match: match[0].replace(".", " point ")),
    # No. 1
    (r"(?<![A-Za-z])No\. ?(?=\d)", "number "),
    # call 911
    (r"(?:(?<=[Cc]all )|(?<=[Dd]ial ))\d{3}(?!\d)", lambda match: " ".join(match[0])),
    # x²
    (r"(?<=(?<![A-Za-z])[abcnrxyz])²", " squared"),
    (r"(?<=(?<![A-Za-z])[abcnrxyz])³", " cubed"),
)

AFTER: tuple[Rule, ...] = (
    # M.2, as wetext leaves it: M.two
    (r"(?<=[A-Za-z])\.(?=[a-z]{2})", " dot "),
)
