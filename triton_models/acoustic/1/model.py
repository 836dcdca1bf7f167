"""Acoustic model: TEXT, VOICE and style → MEL, how the vocoder is to finish its waveform, STYLE, CHARACTER_FRAMES."""

from collections.abc import Sequence
from typing import Any

import numpy as np
import triton_python_backend_utils as pb

from serving import adapter
from speech.utterance import NEUTRAL, Spectrum, Utterance


class TritonPythonModel:
    def initialize(self, args: dict[str, str]) -> None:
        acoustic = adapter.engine(args).acoustic()
        self._server = adapter.Server(_utterance, acoustic.run, _tensors, acoustic.preparation)

    def execute(self, requests: Sequence[Any]) -> None:
        self._server.serve(requests)

    def finalize(self) -> None:
        self._server.close()


def _utterance(request: Any) -> Utterance:
    (speed,) = adapter.numbers(request, "SPEED", [1.0])
    (pitch,) = adapter.numbers(request, "PITCH", [1.0])
    (seed,) = adapter.numbers(request, "SEED", [0])
    return Utterance(
        text=adapter.text(request, "TEXT"),
        voice=adapter.text(request, "VOICE"),
        emotion=adapter.numbers(request, "EMOTION", NEUTRAL),
        speed=speed,
        pitch=pitch,
        seed=int(seed),
        intensity=next(iter(adapter.numbers(request, "INTENSITY", [])), None),
        voice_audio=adapter.data(request, "VOICE_AUDIO"),
        emotion_text=adapter.text(request, "EMOTION_TEXT"),
        emotion_audio=adapter.data(request, "EMOTION_AUDIO"),
    )


def _tensors(spectrum: Spectrum) -> list[Any]:
    tensors = [
        pb.Tensor("MEL", spectrum.mel[np.newaxis]),
        pb.Tensor("WAVE_PITCH", np.array([[spectrum.pitch]], np.float32)),
        pb.Tensor("WAVE_GAIN", np.array([[spectrum.gain]], np.float32)),
    ]
    if spectrum.style is not None:
        tensors.append(pb.Tensor("STYLE", spectrum.style[np.newaxis]))
    if spectrum.character_frames is not None:
        tensors.append(pb.Tensor("CHARACTER_FRAMES", spectrum.character_frames[np.newaxis]))
    return tensors
