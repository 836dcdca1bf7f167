"""A sentence as a voice said it, and what every judge says of it."""

from collections.abc import Sequence
from dataclasses import dataclass

from benchmarks.voice.intelligibility import Understood, understood
from benchmarks.voice.judges.melody import Ear, Melody
from benchmarks.voice.judges.mos import Mos, Opinion
from benchmarks.voice.judges.recogniser import Recogniser
from benchmarks.voice.judges.speaker import Embedding, Speaker
from benchmarks.voice.sources import Source, Waveform
from speech.utterance import NEUTRAL, Utterance


@dataclass(frozen=True)
class Take:
    text: str
    heard: str
    understood: Understood
    opinion: Opinion
    melody: Melody
    embedding: Embedding

    @property
    def pace(self) -> float:
        """Syllables, of English words, a second."""
        return self.understood.units / self.melody.seconds


@dataclass(frozen=True)
class Manner:
    """In which sentences are said."""

    voice: str
    emotion: tuple[float, ...] = NEUTRAL
    speed: float = 1.0


class Panel:
    """All judges; they compute on so many threads each, one after another."""

    def __init__(self, threads: int) -> None:
        self._recogniser, self._mos = Recogniser(threads), Mos(threads)
        self._ear, self._speaker = Ear(threads), Speaker()

    def takes(self, source: Source, manner: Manner, sentences: Sequence[str], *, english: bool) -> list[Take]:
        """One of each sentence."""
        utterances = [Utterance(text, manner.voice, manner.emotion, manner.speed) for text in sentences]
        return [self._judge(one.text, source.say(one), english=english) for one in utterances]

    def _judge(self, text: str, waveform: Waveform, *, english: bool) -> Take:
        heard = self._recogniser.hear(waveform, "en" if english else "zh")
        return Take(
            text=text,
            heard=heard,
            understood=understood(text, heard, english=english),
            opinion=self._mos.judge(waveform),
            melody=self._ear.listen(waveform),
            embedding=self._speaker.embed(waveform),
        )
