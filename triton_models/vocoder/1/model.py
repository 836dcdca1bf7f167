"""Vocoder: MEL and how to finish it → WAVEFORM."""

from collections.abc import Sequence
from typing import Any

import numpy as np
import triton_python_backend_utils as pb
from numpy.typing import NDArray

from serving import adapter
from speech.utterance import Spectrum


class TritonPythonModel:
    def initialize(self, args: dict[str, str]) -> None:
        vocoder = adapter.engine(args).vocoder()
        self._server = adapter.Server(_spectrum, lambda spectra, _cancelled: vocoder.run(spectra), _tensors)

    def execute(self, requests: Sequence[Any]) -> None:
        self._server.serve(requests)


def _spectrum(request: Any) -> Spectrum:
    (pitch,) = adapter.numbers(request, "WAVE_PITCH", [1.0])
    (gain,) = adapter.numbers(request, "WAVE_GAIN", [1.0])
    return Spectrum(pb.get_input_tensor_by_name(request, "MEL").as_numpy()[0], pitch, gain)


def _tensors(waveform: NDArray[np.float32]) -> list[Any]:
    return [pb.Tensor("WAVEFORM", waveform[np.newaxis])]
