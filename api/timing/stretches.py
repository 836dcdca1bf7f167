"""When the parts of a text are heard: pure functions of the sounds of it.

What begins or ends beside silence begins or ends where the sound does, by its loudness: so far all engines are alike.
Where an engine knows its characters, the clauses of a segment are told apart: the silence between two is looked for
between their characters, since of a model's own durations some of the last syllable's sound lies in the pause.
"""

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from itertools import chain, pairwise

from api.audio.loudness import Loudness
from api.engine.engine import Times
from api.synthesis.segments import Break, clauses
from api.synthesis.synthesizer import Sound

LONGEST_CUE = 40
"""Characters that can be read while they are heard."""


@dataclass(frozen=True)
class Stretch:
    """The text's `[start:end]`, which is heard from `start_s` to `end_s`; `closes` is whether it ends a sentence."""

    start: int
    end: int
    start_s: float
    end_s: float
    closes: bool

    def __len__(self) -> int:
        return self.end - self.start

    def __add__(self, other: "Stretch") -> "Stretch":
        """Both, and what is between them."""
        return Stretch(self.start, other.end, self.start_s, other.end_s, other.closes)


def stretches_of(sound: Sound, at_s: float) -> list[Stretch]:
    """The clauses of a sound that begins at `at_s`, or the whole of it where no characters are known."""
    speech, segment = sound.speech, sound.segment
    if not segment.text:
        return []
    loudness, parts = Loudness(speech.waveform, speech.sample_rate), _parts(sound)
    begin_s, end_s = loudness.speech()
    joints = [] if speech.times is None else [_joint(loudness, speech.times, *both) for both in pairwise(parts)]
    edges = [begin_s, *chain.from_iterable(joints), end_s]
    return [
        Stretch(*segment.place(part.start, part.end), at_s + from_s, at_s + to_s, part.closes)
        for part, from_s, to_s in zip(parts, edges[::2], edges[1::2], strict=True)
    ]


def sentences_of(stretches: Iterable[Stretch]) -> list[Stretch]:
    """What belongs to one sentence in one."""
    return _joined(stretches, lambda _: True)


def cues_of(stretches: Iterable[Stretch]) -> list[Stretch]:
    """Parts of sentences that are short enough to be read, as far as they can be told apart."""
    return _joined(stretches, lambda both: len(both) <= LONGEST_CUE)


def _joined(stretches: Iterable[Stretch], fit: Callable[[Stretch], bool]) -> list[Stretch]:
    joined: list[Stretch] = []
    for stretch in stretches:
        if joined and not joined[-1].closes and fit(joined[-1] + stretch):
            joined[-1] += stretch
        else:
            joined.append(stretch)
    return joined


def _parts(sound: Sound) -> list[Stretch]:
    """What of a segment can be told apart, with its places in the segment's text; when it is heard is not known yet."""
    text, times = sound.segment.text, sound.speech.times
    parts: list[Stretch] = []
    for start, end, kind in clauses(text):
        # A segment without a mark at its end is one that was chopped, unless a reader would breathe there.
        closes = kind is Break.SENTENCE or (kind is Break.NONE and sound.segment.pause_s > 0)
        part = Stretch(start, end, 0.0, 0.0, closes)
        if parts and (times is None or not _heard(times, parts[-1]).size or not _heard(times, part).size):
            parts[-1] += part
        else:
            parts.append(part)
    return parts


def _heard(times: Times, part: Stretch) -> Times:
    """The times of the characters of a part that have a sound."""
    own = times[part.start : part.end]
    return own[own[:, 1] > own[:, 0]]


def _joint(loudness: Loudness, times: Times, before: Stretch, after: Stretch) -> tuple[float, float]:
    """When one part ends and the next begins."""
    last, first = _heard(times, before)[-1], _heard(times, after)[0]
    return loudness.pause(float(last.mean()), float(first.mean()))
