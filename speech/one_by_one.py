"""Acoustic models that speak one utterance at a time: on a CPU a batch is no faster."""

from abc import ABC, abstractmethod
from collections.abc import Iterator, Sequence

from speech.cancellation import Cancelled, never
from speech.errors import SpeechError
from speech.utterance import Spectrum, Utterance


class OneByOne(ABC):
    def preparation(self, _utterance: Utterance) -> None:  # noqa: B027 - there is nothing to prepare
        """Nothing takes long here."""

    def run(
        self, utterances: Sequence[Utterance], cancelled: Cancelled = never
    ) -> Iterator[Spectrum | SpeechError | None]:
        """What `speak` gives for each utterance, or the error that it deserves, or None."""
        for i, utterance in enumerate(utterances):
            try:
                yield None if cancelled(i) else self.speak(utterance)
            except SpeechError as error:
                yield error

    @abstractmethod
    def speak(self, utterance: Utterance) -> Spectrum: ...
