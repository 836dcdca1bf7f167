"""Every engine by its name; a new one is a new folder and one line here."""

import importlib
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Protocol

from speech.cancellation import Cancelled
from speech.reading import Reading
from speech.utterance import Spectrum, Spoken, Utterance

MODULES = {"baker": "speech.baker", "kokoro": "speech.kokoro", "indextts2": "speech.indextts2.engine"}


class Acoustic(Protocol):
    def preparation(self, utterance: Utterance) -> Callable[[], object] | None:
        """What takes long and is to be done before `run`, once for many utterances, perhaps in another thread.

        None if there is nothing. It raises a `SpeechError` if the utterance cannot be spoken.
        """
        ...

    def run(self, utterances: Sequence[Utterance], cancelled: Cancelled) -> Iterator[Spectrum | Exception | None]:
        """One result per utterance, in order, each as soon as it is made; None for one that was cancelled.

        A `SpeechError` is for whoever asked, any other error for whoever runs the engine.
        """
        ...


class Vocoder(Protocol):
    def run(self, spectra: Sequence[Spectrum]) -> Iterator[Spoken]:
        """One waveform per spectrum, in order, each as soon as it is made."""
        ...


class Inspector(Protocol):
    def inspect(self, text: str) -> Reading:
        """How a segment is read, at once and without a model that speaks; a `SpeechError` if it cannot be spoken."""
        ...


@dataclass(frozen=True)
class Engine:
    """An engine's module and the settings its models are built from."""

    module: Any
    settings: Any

    def acoustic(self) -> Acoustic:
        model: Acoustic = self.module.Acoustic(self.settings)
        return model

    def vocoder(self) -> Vocoder:
        model: Vocoder = self.module.Vocoder(self.settings)
        return model

    def inspector(self) -> Inspector:
        model: Inspector = self.module.Inspector(self.settings)
        return model


def load(name: str, voices: Path, threads: int, options: Mapping[str, Any]) -> Engine:
    """The engine `name`, with its files in the folder `voices/name`; `options` are fields of its own settings."""
    module = importlib.import_module(MODULES[name])
    return Engine(module, module.Settings(folder=voices / name, threads=threads, **options))
