"""A part of a script, in which nothing about how it is said changes."""

from dataclasses import dataclass

from api.script.edits import SpokenText
from api.script.style import Style

LONGEST_PAUSE_S = 10.0


@dataclass(frozen=True)
class Run:
    """`pause_s` is the silence that was asked for after it, instead of what a reader would leave; None is no wish."""

    spoken: SpokenText
    style: Style
    pause_s: float | None = None
