"""Prices and sums of money."""

import re

from speech.text.rules.table import NUMBER, TO, Rule, one_of

SIGNS = {
    "¥": "元", "CN¥": "元", "JP¥": "日元", "$": "美元", "US$": "美元", "A$": "澳元", "AU$": "澳元", "HK$": "港元",
    "NT$": "新台币", "C$": "加元", "CA$": "加元", "S$": "新加坡元", "NZ$": "新西兰元", "R$": "巴西雷亚尔", "€": "欧元",
    "£": "英镑", "₩": "韩元", "₹": "卢比", "₽": "卢布", "฿": "泰铢", "₫": "越南盾", "₱": "菲律宾比索",
}  # fmt: skip
CODES = {
    "CNY": "人民币", "RMB": "人民币", "USD": "美元", "EUR": "欧元", "GBP": "英镑", "JPY": "日元", "HKD": "港元",
    "TWD": "新台币", "AUD": "澳元", "CAD": "加元", "NZD": "新西兰元", "SGD": "新加坡元", "KRW": "韩元", "THB": "泰铢",
    "CHF": "瑞士法郎", "INR": "卢比", "RUB": "卢布",
}  # fmt: skip
NAMES = SIGNS | CODES
NAME = one_of({*NAMES.values(), "美金", "港币", "块"})

AMOUNT = rf"{NUMBER}(?:{TO}{NUMBER})?[百千万亿]*"


def _named(match: re.Match[str]) -> str:
    """The minus, the amount and what it is an amount of."""
    minus = "负" if match["before"] or match["after"] else ""
    return f"{minus}{re.sub(TO, '到', match['amount'])}{NAMES[match['sign']]}"


RULES: tuple[Rule, ...] = (
    # ¥100万, -A$12.5, ¥100-200, USD 5
    (rf"(?<![A-Za-z\d])(?P<before>-?)(?P<sign>{one_of(NAMES)}) ?(?P<after>-?)(?P<amount>{AMOUNT})元?", _named),
    # 100 USD, 5€
    (rf"(?<=[\d万亿]) ?({one_of(NAMES)})(?![A-Za-z\d])", lambda match: NAMES[match[1]]),
    # 12.50元
    (
        rf"(?<![\d.])\d+\.\d+(?=(?:[到~-]{NUMBER})?[百千万亿]*(?:{NAME}))",
        lambda match: match[0].rstrip("0").rstrip("."),
    ),
)
