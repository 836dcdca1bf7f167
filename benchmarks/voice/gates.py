"""What a change must not make worse: bounds on what was measured of a default voice, with room for noise."""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from benchmarks.load.promises import Promise, least, most


@dataclass(frozen=True)
class Gate:
    """Of an engine's default voice; `mandarin_error` in per cent of syllables."""

    mandarin_error: float
    mos: float
    similarity: float


GATES = {
    "baker": Gate(mandarin_error=7.5, mos=2.7, similarity=0.85),
    "kokoro": Gate(mandarin_error=3.5, mos=3.2, similarity=0.85),
    "edge": Gate(mandarin_error=3.5, mos=3.2, similarity=0.85),
}
"""`edge` is whatever engine a stack has by default."""


def judge(name: str, found: dict[str, Any]) -> Iterator[Promise]:
    """Of one engine; what was not measured of it is not mentioned."""
    gate, voice = GATES[name], found["default_voice"] or "default"
    for one in found["voices"]:
        if one["voice"] == found["default_voice"] and one["speed"] == 1.0:
            yield from _voice(f"{name}, {voice}", gate, one)
    if differences := found.get("differences"):
        alike = [f"{one['first']}/{one['second']}" for one in differences if one["times"] < 1]
        yield Promise(f"{name}, {voice}: pairs of emotions alike", "0", " ".join(alike) or "0", not alike)


def _voice(who: str, gate: Gate, found: dict[str, Any]) -> Iterator[Promise]:
    if found["list"] == "mandarin":
        yield most(f"{who}: syllables wrong, without tones", gate.mandarin_error, found["error_percent"], " %")
        yield least(f"{who}: DNSMOS, overall", gate.mos, found["mos_overall"])
        yield least(f"{who}: likeness of the least like sentence", gate.similarity, found["similarity_least"])
