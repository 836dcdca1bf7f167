"""What wetext reads wrongly, rewritten before it sees it, by subject; and what it leaves, after it."""

from speech.text.rules import (
    addresses,
    codes,
    dates,
    english,
    figures,
    maths,
    models,
    money,
    numbers,
    signs,
    telephones,
    times,
    units,
)
from speech.text.rules.table import applying

before = applying(
    figures.RULES,
    addresses.RULES,
    dates.RULES,
    times.RULES,
    money.RULES,
    units.RULES,
    telephones.RULES,
    codes.RULES,
    models.RULES,
    numbers.RULES,
    maths.RULES,
    numbers.DECIMALS,
)
after = applying(signs.RULES)
before_english = applying(english.BEFORE)
after_english = applying(english.AFTER)
