"""Text to what Kokoro's decoder makes sound of: features of the symbols, F0 and energy, 40 frames a second."""

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from speech.kokoro.durations import paced, rounded
from speech.kokoro.files import ACOUSTIC, DURATIONS, FILES, STYLES, VOCABULARY
from speech.kokoro.prosody import FULL, melody
from speech.kokoro.script import FrontEnd
from speech.kokoro.settings import Settings
from speech.kokoro.symbols import Symbol, Symbols, heard, intervals, parts, symbols_of
from speech.kokoro.vocoder import ENERGY, F0
from speech.kokoro.voices import MANNER, TIMBRE, Styles, check_voice, language_of
from speech.one_by_one import OneByOne
from speech.onnx import session
from speech.prosody import mixed
from speech.text import character_times, check_length
from speech.utterance import Spectrum, Utterance, check

MAX_CHARACTERS = 60
"""Of one utterance, by `length_of`."""


class Acoustic(OneByOne):
    """One utterance at a time: on a CPU a batch is no faster. `seed` is of no use: nothing in it is random."""

    def __init__(self, settings: Settings) -> None:
        self._front_end = FrontEnd(settings.folder)
        self._symbols = Symbols(FILES.read(settings.folder, VOCABULARY))
        self._styles = Styles(FILES.read(settings.folder, STYLES))
        self._durations, self._model = (
            session(FILES.read(settings.folder, name), settings.threads) for name in (DURATIONS, ACOUSTIC)
        )

    def speak(self, utterance: Utterance) -> Spectrum:
        """Features `[frames, 516]` and a style `[128]`, or a `SpeechError`."""
        _check(utterance)
        emotion = mixed(FULL, utterance.emotion, utterance.intensity)
        script = self._front_end.read(utterance.text, language_of(utterance.voice))
        symbols = symbols_of(script)
        style = self._styles.style(utterance.voice, len(symbols), english=script.is_english)
        features, places = self._features(symbols, style[MANNER], utterance.speed / emotion.duration)
        features[:, F0] = melody(features[:, F0], utterance.pitch * emotion.pitch, emotion.spread)
        frames = intervals(len(script.phonemes), symbols, heard(places, features[:, ENERGY]))
        times = character_times(utterance.text, script.pronunciation, frames)
        return Spectrum(features, gain=emotion.gain, character_frames=times, style=style[TIMBRE])

    def _features(
        self, symbols: Sequence[Symbol], manner: NDArray[np.float32], pace: float
    ) -> tuple[NDArray[np.float32], NDArray[np.int64]]:
        """`[frames, 516]`, and from which frame to which each symbol lasts, `[symbols, 2]`."""
        found, places, length = [], [], 0
        for part in parts(symbols):
            features, durations = self._part(part, manner, pace)
            ends = length + np.cumsum(durations)
            places.append(np.stack([ends[:-2], ends[1:-1]], axis=1))  # without the silences around them
            found.append(features)
            length += len(features)
        return np.concatenate(found), np.concatenate(places)

    def _part(
        self, part: Sequence[Symbol], manner: NDArray[np.float32], pace: float
    ) -> tuple[NDArray[np.float32], NDArray[np.int64]]:
        """The features, and the frames of each symbol and of the silences around them."""
        inputs = {"tokens": self._symbols.tokens(part), "manner": manner[np.newaxis]}
        lengths, hidden = self._durations.run(None, inputs)
        durations = rounded(paced(lengths[0], pace))
        asr, f0, energy = self._model.run(None, inputs | {"hidden": hidden, "durations": durations})
        return np.hstack([asr[0].T, f0.reshape(-1, 2), energy.reshape(-1, 2)]), durations


def _check(utterance: Utterance) -> None:
    check(utterance)
    check_voice(utterance.voice)
    check_length(utterance.text, MAX_CHARACTERS)
