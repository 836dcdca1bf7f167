"""Text to what Kokoro's decoder makes sound of: phonemes' features, F0 and energy, 40 frames a second."""

import json
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from speech.cancellation import Cancelled, never
from speech.errors import SpeechError, TextTooLongError
from speech.kokoro.files import ACOUSTIC, FILES, STYLES, VOCABULARY
from speech.kokoro.prosody import FULL, melody
from speech.kokoro.script import FrontEnd, Script
from speech.kokoro.settings import Settings
from speech.kokoro.voices import LENGTHS, Styles, check_voice
from speech.onnx import session
from speech.prosody import mixed
from speech.split import split
from speech.text import character_times
from speech.utterance import Spectrum, Utterance, check

MAX_CHARACTERS = 80
"""Of one utterance."""

PACE = 0.9
"""Kokoro's own pace times this is ours."""

EDGE = 0
"""The symbol at both ends of what is spoken at once."""

TIMBRE, MANNER = slice(128), slice(128, 256)
"""Of a style: what the decoder takes, and what decides how something is said."""

SENTENCE, CLAUSE, WORD = ".!?…", ",;:—", " "


@dataclass(frozen=True)
class _Symbol:
    """`sound` is the index of the sound it belongs to."""

    character: str
    sound: int


class Acoustic:
    """One utterance at a time. `seed` is of no use: nothing in it is random."""

    def __init__(self, settings: Settings) -> None:
        self._front_end = FrontEnd(settings.folder)
        self._ids: dict[str, int] = json.loads(FILES.read(settings.folder, VOCABULARY))["vocab"]
        self._styles = Styles(FILES.read(settings.folder, STYLES))
        self._model = session(FILES.read(settings.folder, ACOUSTIC), settings.threads)

    def preparation(self, _utterance: Utterance) -> None:
        """Nothing takes long here."""

    def run(
        self, utterances: Sequence[Utterance], cancelled: Cancelled = never
    ) -> Iterator[Spectrum | SpeechError | None]:
        """Features `[frames, 516]` and a style per utterance, or the error that it deserves, or None."""
        for i, utterance in enumerate(utterances):
            try:
                yield None if cancelled(i) else self._speak(utterance)
            except SpeechError as error:
                yield error

    def _speak(self, utterance: Utterance) -> Spectrum:
        _check(utterance)
        emotion = mixed(FULL, utterance.emotion, utterance.intensity)
        script = self._front_end.read(utterance.text)
        symbols = _symbols(script)
        style = self._styles.style(utterance.voice, len(symbols))
        pace = PACE * utterance.speed / emotion.duration
        features, ends = self._features(symbols, style[MANNER], pace)
        features[:, 512:514] = melody(features[:, 512:514], utterance.pitch * emotion.pitch, emotion.spread)
        features[:, 514:] += np.log(emotion.gain)
        times = character_times(utterance.text, script.pronunciation, _intervals(script, symbols, ends))
        return Spectrum(features, character_frames=times, style=style[TIMBRE])

    def _features(
        self, symbols: Sequence[_Symbol], manner: NDArray[np.float32], pace: float
    ) -> tuple[NDArray[np.float32], NDArray[np.float32]]:
        """`[frames, 516]`, and at which frame each symbol begins and ends, `[symbols, 2]`."""
        features, ends, length = [], [], 0
        for part in split([_end(one.character) for one in symbols], LENGTHS):
            ids = [EDGE, *(self._ids[one.character] for one in symbols[part]), EDGE]
            inputs = {"tokens": np.array([ids]), "manner": manner[np.newaxis], "speed": np.array([pace], np.float32)}
            asr, f0, energy, durations = self._model.run(None, inputs)
            features.append(np.hstack([asr[0].T, f0.reshape(-1, 2), energy.reshape(-1, 2)]))
            at = length + np.cumsum(durations)
            ends.append(np.stack([at[:-2], at[1:-1]], axis=1))
            length = int(at[-1])
        return np.concatenate(features), np.concatenate(ends)


def _symbols(script: Script) -> list[_Symbol]:
    return [_Symbol(one, i) for i, phonemes in enumerate(script.phonemes) for one in phonemes]


def _end(character: str) -> int:
    """How good an end of a part it is."""
    return next((4 - i for i, signs in enumerate((SENTENCE, CLAUSE, WORD), 1) if character in signs), 0)


def _intervals(script: Script, symbols: Sequence[_Symbol], places: NDArray[np.float32]) -> list[tuple[float, float]]:
    """From which frame to which each sound lasts; one without symbols, no time at all."""
    at, found = float(places[0, 0]), []
    sounds = np.array([one.sound for one in symbols])
    for i in range(len(script.phonemes)):
        own = places[sounds == i]
        start, at = (float(own[0, 0]), float(own[-1, 1])) if len(own) else (at, at)
        found.append((start, at))
    return found


def _check(utterance: Utterance) -> None:
    check(utterance)
    check_voice(utterance.voice)
    if len(utterance.text) > MAX_CHARACTERS:
        raise TextTooLongError(f"一段最多 {MAX_CHARACTERS} 个字，收到 {len(utterance.text)} 个")
