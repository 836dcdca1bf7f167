"""Every part by its name, in the order in which they are measured."""

from benchmarks.speed.part import Part
from benchmarks.speed.parts import article

PARTS: dict[str, Part] = {"article": article}
