"""Takes the id of a request that nobody waits for any more, so that the other models leave it alone."""

from collections.abc import Sequence
from typing import Any

import numpy as np
import triton_python_backend_utils as pb

from serving import adapter
from serving.cancellations import Cancellations


class TritonPythonModel:
    def initialize(self, _args: dict[str, str]) -> None:
        self._cancellations = Cancellations()

    def execute(self, requests: Sequence[Any]) -> None:
        adapter.serve(requests, _id, lambda ids, _cancelled: map(self._cancel, ids), _tensors)

    def _cancel(self, request_id: str) -> bool:
        self._cancellations.add(request_id)
        return True


def _id(request: Any) -> str:
    return adapter.text(request, "ID")


def _tensors(done: bool) -> list[Any]:  # noqa: FBT001 - a result, not an option
    return [pb.Tensor("DONE", np.array([done]))]
