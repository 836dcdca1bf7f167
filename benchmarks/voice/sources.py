"""Who speaks: an engine in this process, or whatever stands behind an edge."""

import json
import ssl
import urllib.request
from dataclasses import dataclass
from pathlib import Path
from typing import Protocol

import numpy as np
import soxr
from numpy.typing import NDArray

from speech import engines
from speech.cancellation import never
from speech.utterance import Utterance

RATE = 16000
"""Samples a second, for every judge."""

TIMEOUT_S = 120

Waveform = NDArray[np.float32]


class Source(Protocol):
    def say(self, utterance: Utterance) -> Waveform:
        """Mono, −1…1, `RATE` samples a second; an error of the engine or of the edge is raised."""
        ...


class EngineSource:
    """An engine of `speech.engines`, with its files in `voices/name`."""

    def __init__(self, name: str, voices: Path, threads: int) -> None:
        engine = engines.load(name, voices, threads, {})
        self._acoustic, self._vocoder = engine.acoustic(), engine.vocoder()

    def say(self, utterance: Utterance) -> Waveform:
        (spectrum,) = self._acoustic.run([utterance], never)
        if isinstance(spectrum, Exception):
            raise spectrum
        (spoken,) = self._vocoder.run([spectrum] if spectrum else [])
        return np.asarray(soxr.resample(spoken.waveform, spoken.sample_rate, RATE), np.float32)


@dataclass(frozen=True)
class EdgeSource:
    """`/v1/tts` of a running stack; without a voice its default one."""

    url: str
    key: str
    ca: Path | None = None

    def say(self, utterance: Utterance) -> Waveform:
        wanted = {
            "text": utterance.text,
            "voice": utterance.voice or "default",
            "emotion": utterance.emotion,
            "speed": utterance.speed,
            "response_format": "pcm",
            "sample_rate": RATE,
        }
        headers = {"Authorization": f"Bearer {self.key}", "Content-Type": "application/json"}
        request = urllib.request.Request(f"{self.url}/v1/tts", json.dumps(wanted).encode(), headers)  # noqa: S310
        context = ssl.create_default_context(cafile=self.ca)
        with urllib.request.urlopen(request, timeout=TIMEOUT_S, context=context) as answer:  # noqa: S310
            return np.frombuffer(answer.read(), "<i2").astype(np.float32) / 32768
