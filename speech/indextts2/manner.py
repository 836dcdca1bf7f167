"""The emotion that an utterance is spoken with, wherever it comes from."""

from collections import OrderedDict
from collections.abc import Callable
from threading import Lock
from typing import Generic, Protocol, TypeVar

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
    """`reader` is there if the checkpoint holds the model that reads emotion from text. Safe to share."""

    def __init__(self, bank: EmotionBank, listener: Listener, reader: TextEmotion | None) -> None:
        self._bank, self._listener, self._reader = bank, listener, reader
        self._heard = Recent[Tensor]()
        self._read_before = Recent[tuple[float, ...]]()

    def knows(self, utterance: Utterance) -> bool:
        """Whether `emovec` needs no model any more, or says at once what is wrong."""
        if any(utterance.emotion):
            return True
        if utterance.emotion_text:
            text = utterance.emotion_text
            return self._reader is None or len(text) > MAX_TEXT or text in self._read_before
        return utterance.emotion_audio is None or digest(utterance.emotion_audio) in self._heard

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
        reader = self._reader
        if reader is None:
            raise InvalidParameterError("EMOTION_TEXT 需要情绪模型 qwen0.6bemo4-merge，它不在模型目录中")
        if len(text) > MAX_TEXT:
            raise InvalidParameterError(f"EMOTION_TEXT 最长 {MAX_TEXT} 字，收到 {len(text)} 字")
        return self._read_before.get(text, lambda: reader(text))

    def _hear(self, audio: bytes) -> Tensor:
        return self._heard.get(digest(audio), lambda: self._listener.emotion(decode(audio)))


class Recent(Generic[Emotion]):
    """The last `KEPT` emotions that were asked for. Two threads that ask for a new one at once both make it."""

    def __init__(self) -> None:
        self._kept: OrderedDict[str, Emotion] = OrderedDict()
        self._lock = Lock()

    def __contains__(self, key: str) -> bool:
        with self._lock:
            return key in self._kept

    def get(self, key: str, make: Callable[[], Emotion]) -> Emotion:
        with self._lock:
            if key in self._kept:
                self._kept.move_to_end(key)
                return self._kept[key]
        emotion = make()
        with self._lock:
            self._kept[key] = emotion
            while len(self._kept) > KEPT:
                self._kept.popitem(last=False)
        return emotion
