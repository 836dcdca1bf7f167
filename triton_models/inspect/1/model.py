"""How the engine reads a TEXT: NORMALIZED, and SYLLABLES of it, without speaking."""

from collections.abc import Sequence
from typing import Any

import numpy as np
import triton_python_backend_utils as pb

from serving import adapter
from speech.reading import Reading


class TritonPythonModel:
    def initialize(self, args: dict[str, str]) -> None:
        inspector = adapter.engine(args).inspector()
        self._server = adapter.Server(_text, lambda texts, _cancelled: map(inspector.inspect, texts), _tensors)

    def execute(self, requests: Sequence[Any]) -> None:
        self._server.serve(requests)


def _text(request: Any) -> str:
    return adapter.text(request, "TEXT")


def _tensors(reading: Reading) -> list[Any]:
    syllables = [[field.encode() for field in syllable] for syllable in reading.syllables]
    return [
        pb.Tensor("NORMALIZED", np.array([reading.normalized.encode()], np.object_)),
        pb.Tensor("SYLLABLES", np.array(syllables, np.object_).reshape(-1, 3)),
    ]
