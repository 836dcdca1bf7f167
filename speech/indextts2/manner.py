"""The emotion that an utterance is spoken with, wherever it comes from."""

from collections import OrderedDict
from typing import Protocol, TypeVar

from torch import Tensor

from speech.errors import InvalidParameterError
from speech.indextts2.emotion import EmotionBank, blend, mix, text_weights, weights
from speech.indextts2.qwen import TextEmotion
from speech.indextts2.recordings import Recording, decode
from speech.indextts2.voices import VoiceState, digest
from speech.utterance import Utterance

Emotion = TypeVar("Emotion")

KEPT = 64
"""Emotions of recordings, each a few kB, and of texts: the segments of one text ask for the same."""

MAX_TEXT = 200
"""Characters of a text that an emotion is read from: a sentence or two say it, and a language model reads them all."""

INTENSITY = 0.65
"""Where none is asked for: upstream's user interface begins with it. More emotion is less of the voice."""


class Listener(Protocol):
    def emotion(self, recording: Recording) -> Tensor: ...


class Manner:
    """`reader` is there if the checkpoint holds the model that reads emotion from text."""

    def __init__(self, bank: EmotionBank, listener: Listener, reader: TextEmotion | None) -> None:
        self._bank, self._listener, self._reader = bank, listener, reader
        self._heard: OrderedDict[str, Tensor] = OrderedDict()
        self._read_before: OrderedDict[str, tuple[float, ...]] = OrderedDict()

    def emovec(self, utterance: Utterance, voice: VoiceState) -> Tensor:
        """The emotion `[D]`: of a vector, else of a text, else of another recording, else the voice's own.

        Raises `RecordingError`, and `InvalidParameterError` for a text that is too long or that nothing here can read.
        """
        intensity = INTENSITY if utterance.intensity is None else utterance.intensity
        if any(utterance.emotion):
            return self._mixed(weights(utterance.emotion, intensity), voice)
        if utterance.emotion_text:
            return self._mixed(text_weights(self._read(utterance.emotion_text), intensity), voice)
        if utterance.emotion_audio is not None:
            return blend(voice.emovec, self._hear(utterance.emotion_audio).to(voice.emovec), intensity)
        return voice.emovec

    def _mixed(self, chosen: tuple[float, ...], voice: VoiceState) -> Tensor:
        return mix(voice.emovec, *self._bank.vector(chosen, voice.style))

    def _read(self, text: str) -> tuple[float, ...]:
        if self._reader is None:
            raise InvalidParameterError("EMOTION_TEXT 需要情绪模型 qwen0.6bemo4-merge，它不在模型目录中")
        if len(text) > MAX_TEXT:
            raise InvalidParameterError(f"EMOTION_TEXT 最长 {MAX_TEXT} 字，收到 {len(text)} 字")
        if text not in self._read_before:
            self._read_before[text] = self._reader(text)
        return _latest(self._read_before, text)

    def _hear(self, audio: bytes) -> Tensor:
        key = digest(audio)
        if key not in self._heard:
            self._heard[key] = self._listener.emotion(decode(audio))
        return _latest(self._heard, key)


def _latest(kept: OrderedDict[str, Emotion], key: str) -> Emotion:
    """What is kept under a key, as the latest used; what was used longest ago goes."""
    kept.move_to_end(key)
    while len(kept) > KEPT:
        kept.popitem(last=False)
    return kept[key]
