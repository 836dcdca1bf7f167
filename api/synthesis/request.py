"""What a call asks for, whatever the view that it came by."""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from functools import cached_property
from html import unescape
from typing import Self

from api.engine.engine import Utterance
from api.glossary.matching import glossed
from api.hygiene.cleaning import NOTHING, Cleaning
from api.labels.policy import Audible
from api.script.edits import SpokenText
from api.script.reading import read_part
from api.script.run import Run
from api.script.style import Style
from api.synthesis.emotions import PRESETS, Vector
from api.synthesis.segments import Segment, count
from api.synthesis.work import work_of

ENTITY = re.compile(r"&[^&;]+;")

CHARACTER_S = 0.33
"""At normal speed: more than most characters take."""

LABEL_S: Mapping[Audible, float] = {"none": 0.0, "rhythm": 2.0, "notice": 5.0}
"""What a label that is heard takes, at most."""


@dataclass(frozen=True)
class SpeechRequest:
    """What to say and how; the numbers mean what they mean in `Style`.

    `runs` are what is spoken of the text, and how each part of it; None is all of it, in this one way. `words` are
    those that are said otherwise in this call, each with what is said. `cleaning` is for a text that is still written.
    """

    text: str
    voice: str
    emotion: Vector = PRESETS["neutral"]
    speed: float = 1.0
    pitch: float = 1.0
    intensity: float | None = None
    seed: int | None = None
    label: Audible | None = None
    """What is heard before it; None where no policy has decided yet."""
    volume: float = 1.0
    runs: tuple[Run, ...] | None = None
    words: Mapping[str, str] = field(default_factory=dict)
    cleaning: Cleaning = NOTHING

    def glossed(self, own: Mapping[str, str]) -> Self:
        """With these words as well; before them go those of the call."""
        words = {**own, **self.words}
        return replace(self, runs=glossed(self.script, words), words=words)

    def read_part(self, text: str, part: Segment) -> tuple[Run, ...]:
        """What is spoken of a part of a text that is still written, or `Refusal`."""
        return glossed(read_part(text, part.start, part.end, self.style, self.cleaning), self.words)

    @property
    def characters(self) -> int:
        """That are charged: of the text, or of what is spoken for it if that is more."""
        return max(len(self.text), sum(count(run.spoken.text) for run in self.script))

    @property
    def style(self) -> Style:
        """Of all that the text itself says nothing else of."""
        return Style(self.voice, self.emotion, self.speed, self.pitch, self.intensity, self.volume)

    @cached_property
    def script(self) -> Sequence[Run]:
        return (Run(SpokenText.of(self.text), self.style),) if self.runs is None else self.runs

    @property
    def shown(self) -> Sequence[str]:
        """Of each character of the text what somebody sees who reads along: nothing of markup and marks."""
        shown = [""] * len(self.text)
        for start, end in (span for run in self.script for span in run.spoken.spans):
            entity = ENTITY.fullmatch(self.text, start, end)
            shown[start:end] = [unescape(entity[0]), *[""] * (end - start - 1)] if entity else self.text[start:end]
        return shown

    @property
    def most_seconds(self) -> float:
        """More than most texts of this length take to be said."""
        return self.most_seconds_of(0) + sum(
            len(run.spoken) * CHARACTER_S / run.style.speed + (run.pause_s or 0.0) for run in self.script
        )

    def most_seconds_of(self, characters: int) -> float:
        """The same of a text of so many characters that is to be said in this one way."""
        return characters * CHARACTER_S / self.speed + LABEL_S[self.label or "none"]

    def style_of(self, segment: Segment) -> Style:
        return self.script[segment.run].style

    def work_of(self, segment: Segment) -> float:
        return work_of(segment.text, self.style_of(segment).speed)

    def utterance(self, segment: Segment) -> Utterance:
        style = self.style_of(segment)
        return Utterance(segment.text, style.voice, style.emotion, style.speed, style.pitch, style.intensity, self.seed)
