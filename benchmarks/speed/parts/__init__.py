"""Every part by its name, in the order in which they are measured."""

from benchmarks.speed.part import Part
from benchmarks.speed.parts import article, in_process, voice

PARTS: dict[str, Part] = {"article": article, "voice": voice, "in-process": in_process}
