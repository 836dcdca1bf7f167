"""What `say-as` does: texts rewritten so that an engine says them in the way that was asked for."""

import re
from collections.abc import Callable, Iterator, Mapping

from api.script.edits import Edit
from api.script.numerals import DIGITS, LONGEST, TELEPHONE_DIGITS, cardinal

NUMBER = re.compile(r"(?P<sign>[-−+]?)(?P<whole>\d[\d,]*)(?:\.(?P<fraction>\d+))?", re.ASCII)
SIGNS = {"-": "负", "−": "负"}
DATE_FORMATS = ("ymd", "mdy", "dmy", "ym", "my", "md", "dm", "y", "m", "d")
DATE_UNITS = {"y": "年", "m": "月", "d": "日"}

Edits = list[Edit] | None
"""None where a text cannot be said in that way."""


def _characters(text: str, _format: str) -> Edits:
    """One by one: letters apart, and digits as digits."""
    return [Edit(at, at + 1, _named(one)) for at, one in enumerate(text) if one.isascii() and one.isalnum()]


def _named(character: str) -> str:
    return DIGITS.get(character, f"{character.upper()} ")


def _digits(text: str, _format: str) -> Edits:
    return [*_replaced(text, DIGITS)] or None


def _telephone(text: str, _format: str) -> Edits:
    """With 幺 for 1, and a short pause where the number is parted."""
    return [*_replaced(text, TELEPHONE_DIGITS | {"+": "加", **dict.fromkeys(" -()（）", "，")})] or None


def _replaced(text: str, words: Mapping[str, str]) -> Iterator[Edit]:
    return (Edit(at, at + 1, words[one]) for at, one in enumerate(text) if one in words)


def _cardinal(text: str, _format: str) -> Edits:
    found = NUMBER.fullmatch(text)
    if not found or len(whole := found["whole"].replace(",", "")) > LONGEST:
        return None
    fraction = "".join(map(DIGITS.__getitem__, found["fraction"] or ""))
    said = SIGNS.get(found["sign"], "") + cardinal(int(whole)) + (f"点{fraction}" if fraction else "")
    return [Edit(0, len(text), said)]


def _ordinal(text: str, _format: str) -> Edits:
    return [Edit(0, len(text), f"第{cardinal(int(text))}")] if re.fullmatch(rf"[0-9]{{1,{LONGEST}}}", text) else None


def _date(text: str, form: str) -> Edits:
    """The parts of a date in the order of its format, said from the year to the day; without one as the engine does."""
    if not form:
        return []
    parts = re.findall(r"\d{1,4}", text, re.ASCII)
    if form not in DATE_FORMATS or len(parts) != len(form):
        return None
    named = dict(zip(form, parts, strict=True))
    said = "".join(_date_part(unit, named[unit]) for unit in DATE_UNITS if unit in named)
    return [Edit(0, len(text), said)]


def _date_part(unit: str, number: str) -> str:
    year = "".join(map(DIGITS.__getitem__, number))
    return (year if unit == "y" else cardinal(int(number))) + DATE_UNITS[unit]


def _as_the_engine_does(_text: str, _format: str) -> Edits:
    return []


WAYS: Mapping[str, Callable[[str, str], Edits]] = {
    **dict.fromkeys(("characters", "spell-out", "verbatim"), _characters),
    "digits": _digits,
    "telephone": _telephone,
    **dict.fromkeys(("cardinal", "number"), _cardinal),
    "ordinal": _ordinal,
    "date": _date,
    **dict.fromkeys(("time", "currency"), _as_the_engine_does),
}
"""By the name that `interpret-as` has."""
