"""One engine's voices: what they say of all lists, at all speeds, with all emotions that are wanted."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

from benchmarks.voice.emotions import VECTORS, differences
from benchmarks.voice.sentences import LISTS, sentences
from benchmarks.voice.sources import Source
from benchmarks.voice.statistics import summary
from benchmarks.voice.takes import Manner, Panel, Take
from benchmarks.voice.voices import native
from speech.voice import Voice

FEELING = 8
"""Sentences, the first of the Mandarin list, that are said with each emotion."""


@dataclass(frozen=True)
class Wanted:
    """`lists` None is all of the default voice, of each other voice the one in its language; `most` is of sentences."""

    lists: Sequence[str] | None = None
    speeds: Sequence[float] = (1.0,)
    emotions: bool = True
    most: int | None = None


@dataclass(frozen=True)
class Measuring:
    panel: Panel
    wanted: Wanted
    say: Callable[[str], None]

    def engine(self, source: Source, voices: Sequence[Voice], default: Voice) -> dict[str, Any]:
        """Everything of these voices; emotions of the default one only."""
        found: dict[str, Any] = {"default_voice": default.id, "voices": []}
        for voice in voices:
            for name in self._lists(voice, default):
                for speed in self.wanted.speeds:
                    found["voices"].append(self._voice(source, Manner(voice.id, speed=speed), name))
        return found | (self._emotions(source, default) if self.wanted.emotions else {})

    def _lists(self, voice: Voice, default: Voice) -> Sequence[str]:
        return self.wanted.lists or (LISTS if voice == default else [native(voice)])

    def _voice(self, source: Source, manner: Manner, name: str) -> dict[str, Any]:
        chosen = sentences(name)[: self.wanted.most]
        takes = self.panel.takes(source, manner, chosen, english=name == "english")
        found = {"voice": manner.voice, "list": name, "speed": manner.speed, **summary(takes)}
        self.say(f"{manner.voice}, {name}, speed {manner.speed:g}: {found['error_percent']:.1f} % wrong")
        return found | {"takes": [_raw(take) for take in takes]}

    def _emotions(self, source: Source, voice: Voice) -> dict[str, Any]:
        chosen = sentences("mandarin")[:FEELING][: self.wanted.most]
        takes = {
            name: self.panel.takes(source, Manner(voice.id, vector), chosen, english=False)
            for name, vector in VECTORS.items()
        }
        self.say(f"{voice.id}: {len(takes)} emotions")
        return {
            "emotions": [{"emotion": name, **summary(group)} for name, group in takes.items()],
            "differences": [vars(one) for one in differences(takes)],
        }


def _raw(take: Take) -> dict[str, Any]:
    """What is kept of a take: enough to see which sentence is to blame."""
    heard = {"text": take.text, "heard": take.heard, **vars(take.understood)}
    return heard | vars(take.opinion) | vars(take.melody)
