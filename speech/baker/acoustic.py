"""Text to mel spectrograms with FastSpeech2 (Ren et al., 2020, arXiv:2006.04558)."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from speech.baker.files import FASTSPEECH2, FILES, MAPPER
from speech.baker.graph import Graph
from speech.baker.prosody import FULL
from speech.baker.settings import Settings
from speech.baker.symbols import Symbols, Token, intervals
from speech.errors import UnknownVoiceError
from speech.one_by_one import OneByOne
from speech.prosody import Prosody, mixed
from speech.split import split
from speech.text import Pause, character_times, check_length, pronunciation_of
from speech.utterance import Spectrum, Utterance, check
from speech.voice import Voice

VOICE = "baker"
VOICES = {VOICE: Voice(VOICE, "标贝", "zh-CN", "female", "你好，我是标贝，今天想听点什么？")}
MAX_CHARACTERS = 80
"""Of one utterance, by `length_of`."""

MAX_FRAMES = 2048
"""FastSpeech2 has no positions beyond."""

SYLLABLE_FRAMES = 24
"""The most that a syllable, or a pause, was seen to take on average in a long utterance at its neutral pace."""

SPEAKER = np.zeros(1, np.int32)
NEUTRAL_ENERGY = np.ones(1, np.float32)
MEL_OUTPUT, DURATIONS_OUTPUT = 1, 2


@dataclass(frozen=True)
class _Style:
    """`duration` is the ratio that FastSpeech2 takes: 2.0 is twice as long."""

    duration: float
    spread: float
    pitch: float
    gain: float


class Acoustic(OneByOne):
    """One utterance at a time: FastSpeech2's graph has no batch. `seed` is of no use: nothing in it is random."""

    def __init__(self, settings: Settings) -> None:
        self._symbols = Symbols(FILES.read(settings.folder, MAPPER))
        self._fastspeech2 = Graph(FILES.read(settings.folder, FASTSPEECH2), settings.threads)

    def speak(self, utterance: Utterance) -> Spectrum:
        """A mel spectrogram of 80 bands, 12.5 ms a frame, or a `SpeechError`."""
        _check(utterance)
        style = _style(utterance, mixed(FULL, utterance.emotion, utterance.intensity))
        said = pronunciation_of(utterance.text)
        mels, frames, length = [], [], 0
        pauses = [isinstance(token, Pause) for token in said.tokens]
        for part in split(pauses, int(MAX_FRAMES / (SYLLABLE_FRAMES * style.duration))):
            mel, places = self._mel(said.tokens[part], style)
            mels.append(mel)
            frames += [(length + start, length + end) for start, end in places]
            length += len(mel)
        return Spectrum(np.concatenate(mels), style.pitch, style.gain, character_times(utterance.text, said, frames))

    def _mel(self, tokens: Sequence[Token], style: _Style) -> tuple[NDArray[np.float32], list[tuple[int, int]]]:
        """The mel of a part, and in which of its frames each token is."""
        ids = np.array([self._symbols.ids(tokens)], np.int32)
        ratios = (np.array([ratio], np.float32) for ratio in (style.duration, style.spread))
        outputs = self._fastspeech2(ids, SPEAKER, *ratios, NEUTRAL_ENERGY)
        return outputs[MEL_OUTPUT][0], intervals(tokens, outputs[DURATIONS_OUTPUT][0].tolist())


def _check(utterance: Utterance) -> None:
    check(utterance)
    if utterance.voice != VOICE:
        raise UnknownVoiceError(f"没有这个音色：{utterance.voice}")
    check_length(utterance.text, MAX_CHARACTERS)


def _style(utterance: Utterance, emotion: Prosody) -> _Style:
    """The vocoder makes the voice higher by playing it faster: what it will shorten is made longer here."""
    pitch = utterance.pitch * emotion.pitch
    return _Style(emotion.duration / utterance.speed * pitch, emotion.spread, pitch, emotion.gain)
