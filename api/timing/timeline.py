"""The times of an answer, kept while its sounds come."""

from collections.abc import Sequence
from typing import Annotated, Any

import numpy as np
from numpy.typing import NDArray
from pydantic import Field, with_config
from typing_extensions import TypedDict

from api.audio.formats import Encoding
from api.synthesis.synthesizer import Sound
from api.timing.characters import written_times
from api.timing.stretches import Stretch, cues_of, sentences_of, stretches_of
from api.timing.subtitles import Cue

Pairs = list[Annotated[list[float], Field(min_length=2, max_length=2)]]
"""Begin and end of each character."""

DIGITS = 3


@with_config(use_attribute_docstrings=True)
class Sentence(TypedDict):
    text: Annotated[str, Field(examples=["你好。"])]
    """这句话。The sentence."""
    start: Annotated[int, Field(examples=[0])]
    """从第几个字符开始。Where it begins in the text, in Unicode characters."""
    end: Annotated[int, Field(examples=[3])]
    """到第几个字符为止。Where it ends, exclusive."""
    start_s: Annotated[float, Field(examples=[0.05])]
    """开始的时间，秒。When it begins, seconds from the beginning of the speech."""
    end_s: Annotated[float, Field(examples=[0.55])]
    """结束的时间，秒。When it ends."""


class Timeline:
    """Of a whole file with this encoding, in which `text` is spoken; a sound without text only takes its time.

    `shown` is what subtitles have for each of the text's characters.
    """

    def __init__(self, text: str, encoding: Encoding, shown: Sequence[str] = "") -> None:
        self._text, self._encoding, self._shown = text, encoding, shown or text
        self._at_s: float | None = None
        self._stretches: list[Stretch] = []
        self._times: NDArray[np.float64] | None = np.full((len(text), 2), np.nan)

    def add(self, sound: Sound) -> None:
        """The next sound of the file."""
        at_s = self._encoding.lead_s(sound.speech.sample_rate) if self._at_s is None else self._at_s
        self._stretches += stretches_of(sound, at_s)
        if sound.segment.text:
            self._place(sound, at_s)
        self._at_s = at_s + sound.seconds

    def sentences(self) -> list[Sentence]:
        return [_told(stretch, self._text) for stretch in sentences_of(self._stretches)]

    def characters(self) -> Pairs | None:
        """One for each character of the text; None where an engine does not know them."""
        return None if self._times is None else _rounded(_filled(self._times))

    def cues(self) -> list[Cue]:
        return [
            Cue("".join(self._shown[cue.start : cue.end]), cue.start_s, cue.end_s) for cue in cues_of(self._stretches)
        ]

    def _place(self, sound: Sound, at_s: float) -> None:
        if self._times is None or sound.speech.times is None:
            self._times = None
        else:
            times = written_times(sound.segment, sound.speech.times)
            self._times[sound.segment.start : sound.segment.end] = at_s + times


def frame_times(sound: Sound, at_s: float, *, characters: bool) -> dict[str, Any]:
    """What a frame's header tells of a sound that begins at `at_s`; a sentence may go on in the next frame."""
    text, start = sound.segment.original, sound.segment.start
    fields: dict[str, Any] = {
        "sentences": [_told(sentence, text, start) for sentence in sentences_of(stretches_of(sound, at_s))]
    }
    if characters:
        fields["characters"] = _characters(sound, at_s) if text else []
    return fields


def _characters(sound: Sound, at_s: float) -> Pairs | None:
    if sound.speech.times is None:
        return None
    times = written_times(sound.segment, sound.speech.times)
    return _rounded(_filled(at_s + times.astype(np.float64)))


def _told(stretch: Stretch, text: str, text_start: int = 0) -> Sentence:
    """A stretch in JSON; `text` is the part of the whole text that begins at `text_start`."""
    return {
        "text": text[stretch.start - text_start : stretch.end - text_start],
        "start": stretch.start,
        "end": stretch.end,
        "start_s": round(stretch.start_s, DIGITS),
        "end_s": round(stretch.end_s, DIGITS),
    }


def _filled(times: NDArray[np.float64]) -> NDArray[np.float64]:
    """With what was not sent to an engine (white space, symbols) where the character before it ends."""
    unknown = np.isnan(times[:, 0])
    last = np.maximum.accumulate(np.where(unknown, -1, np.arange(len(times))))
    first_s = next(iter(times[~unknown, 0]), 0.0)
    ends = np.where(last < 0, first_s, times[np.maximum(last, 0), 1])
    return np.where(unknown[:, np.newaxis], ends[:, np.newaxis], times)


def _rounded(times: NDArray[np.float64]) -> Pairs:
    pairs: Pairs = np.round(times, DIGITS).tolist()
    return pairs
