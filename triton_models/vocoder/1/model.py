"""Vocoder: MEL, STYLE, how to finish it and the characters' frames → WAVEFORM, its SAMPLE_RATE and CHARACTER_TIMES."""

from collections.abc import Sequence
from typing import Any

import numpy as np
import triton_python_backend_utils as pb

from serving import adapter
from speech.utterance import Spectrum, Spoken


class TritonPythonModel:
    def initialize(self, args: dict[str, str]) -> None:
        vocoder = adapter.engine(args).vocoder()
        self._server = adapter.Server(_spectrum, lambda spectra, _cancelled: vocoder.run(spectra), _tensors)

    def execute(self, requests: Sequence[Any]) -> None:
        self._server.serve(requests)


def _spectrum(request: Any) -> Spectrum:
    (pitch,) = adapter.numbers(request, "WAVE_PITCH", [1.0])
    (gain,) = adapter.numbers(request, "WAVE_GAIN", [1.0])
    frames, style = (_optional(request, name) for name in ("CHARACTER_FRAMES", "STYLE"))
    return Spectrum(pb.get_input_tensor_by_name(request, "MEL").as_numpy()[0], pitch, gain, frames, style)


def _optional(request: Any, name: str) -> Any:
    tensor = pb.get_input_tensor_by_name(request, name)
    return None if tensor is None else tensor.as_numpy()[0]


def _tensors(spoken: Spoken) -> list[Any]:
    tensors = [
        pb.Tensor("WAVEFORM", spoken.waveform[np.newaxis]),
        pb.Tensor("SAMPLE_RATE", np.array([[spoken.sample_rate]], np.int32)),
    ]
    if spoken.character_times is not None:
        tensors.append(pb.Tensor("CHARACTER_TIMES", spoken.character_times[np.newaxis]))
    return tensors
