"""Every part by its name, in the order in which they are measured."""

from benchmarks.speed.part import Part

PARTS: dict[str, Part] = {}
