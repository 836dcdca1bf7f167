"""Digits that are read one by one, and whole numbers."""

import re

DIGITS = str.maketrans("0123456789", "零一二三四五六七八九")
CODE_DIGITS = str.maketrans("0123456789", "零幺二三四五六七八九")
POWERS = ("", "十", "百", "千")
MYRIADS = ("", "万", "亿", "万亿")
TENS = re.compile("[1-9][0-9]")
LONGEST = 4 * len(MYRIADS)


def spell(digits: str) -> str:
    return digits.translate(DIGITS)


def spell_code(digits: str) -> str:
    """Digits of a telephone, room or order number, where 1 is yāo so as not to be heard as 7."""
    return digits.translate(CODE_DIGITS)


def dotted(numbers: str) -> str:
    """A version or address such as 1.12.3: small parts are counted, longer ones spelled."""
    return "点".join(cardinal(part) if TENS.fullmatch(part) else spell(part) for part in numbers.split("."))


def cardinal(digits: str) -> str:
    """A whole number: 两百零五, 十二, 三万零四十. One of more than 16 digits is spelled."""
    if len(digits) > LONGEST:
        return spell(digits)
    groups = [digits[max(end - 4, 0) : end] for end in range(len(digits), 0, -4)]
    words = "".join(_group(group, myriad) for group, myriad in [*zip(groups, MYRIADS, strict=False)][::-1])
    words = re.sub("零+", "零", words).strip("零") or "零"
    return re.sub("^一十", "十", re.sub("^二(?=[百千万亿])", "两", words))


def _group(digits: str, myriad: str) -> str:
    """Up to four digits, the zeros among them still there: 零三百零零."""
    powers = POWERS[: len(digits)][::-1]
    words = "".join(spell(digit) + (power if digit != "0" else "") for digit, power in zip(digits, powers, strict=True))
    return words.rstrip("零") + myriad if words.strip("零") else "零"
