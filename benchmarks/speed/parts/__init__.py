"""Every part by its name, in the order in which they are measured."""

from benchmarks.speed.part import Part
from benchmarks.speed.parts import article, in_process

PARTS: dict[str, Part] = {"article": article, "in-process": in_process}
