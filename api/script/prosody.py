"""What the attributes of `prosody` and `emphasis` mean, as factors."""

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass

NUMBER = re.compile(r"(?P<sign>[+-]?)(?P<number>\d{1,4}(?:\.\d{1,4})?)(?P<unit>[a-z%]*)", re.ASCII | re.IGNORECASE)

Unit = Callable[[float, bool], float]
"""The factor of a number of it; whether the number has a sign is what makes 20 % a fifth or a fifth more."""


def _percent(number: float, signed: bool) -> float:  # noqa: FBT001 - as every Unit
    return number / 100 + signed


def _once(function: Callable[[float], float]) -> Unit:
    return lambda number, _signed: function(number)


@dataclass(frozen=True)
class Attribute:
    names: Mapping[str, float]
    units: Mapping[str, Unit]

    def factor(self, value: str) -> float | None:
        """None where it is no value of this attribute."""
        value = value.strip().lower()
        if value in self.names:
            return self.names[value]
        found = NUMBER.fullmatch(value)
        unit = self.units.get(found["unit"]) if found else None
        return unit(float(found["sign"] + found["number"]), bool(found["sign"])) if found and unit else None


PROSODY: Mapping[str, Attribute] = {
    "rate": Attribute(
        {"x-slow": 0.6, "slow": 0.8, "medium": 1.0, "default": 1.0, "fast": 1.25, "x-fast": 1.6},
        {"%": _percent, "": _once(lambda number: number)},
    ),
    "pitch": Attribute(
        {"x-low": 0.8, "low": 0.9, "medium": 1.0, "default": 1.0, "high": 1.12, "x-high": 1.25},
        {"%": _percent, "st": _once(lambda semitones: 2 ** (semitones / 12))},
    ),
    "volume": Attribute(
        {"silent": 0.0, "x-soft": 0.25, "soft": 0.5, "medium": 1.0, "default": 1.0, "loud": 1.41, "x-loud": 2.0},
        {"%": _percent, "db": _once(lambda decibels: 10 ** (decibels / 20)), "": _once(lambda number: number / 100)},
    ),
}

EMPHASIS: Mapping[str, Mapping[str, float]] = {
    "strong": {"speed": 0.85, "pitch": 1.05, "volume": 1.25},
    "moderate": {"speed": 0.92, "pitch": 1.02, "volume": 1.12},
    "none": {},
    "reduced": {"speed": 1.08, "pitch": 0.98, "volume": 0.8},
}
"""Slower, higher and louder, as Chinese stresses words: by these factors, which are ours."""
