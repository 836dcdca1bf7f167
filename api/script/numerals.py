"""Numbers as they are said."""

DIGITS = dict(zip("0123456789", "零一二三四五六七八九", strict=True))
TELEPHONE_DIGITS = DIGITS | {"1": "幺"}
UNITS = ((10**8, "亿"), (10**4, "万"), (1000, "千"), (100, "百"), (10, "十"))
LONGEST = 16
"""Digits of a number that is said as one."""


def cardinal(number: int) -> str:
    """`10203` → 一万零二百零三."""
    said = _said(number)
    return said.removeprefix("一") if said.startswith("一十") else said


def _said(number: int) -> str:
    for size, unit in UNITS:
        if number >= size:
            head, rest = divmod(number, size)
            gap = "零" if 0 < rest < size // 10 else ""
            return _said(head) + unit + gap + (_said(rest) if rest else "")
    return DIGITS[str(number)]
