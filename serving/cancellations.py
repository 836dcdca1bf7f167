"""Requests that nobody waits for any more, told by those who went away.

Triton does not tell a model inside an ensemble that the ensemble's request was cancelled
(triton-inference-server/server#6739). So the client says it a second time, to the model `cancel`, and the models of
the ensemble, which see the same request id, look here. The processes of one Triton share a folder of empty files.
"""

import re
import tempfile
import time
from pathlib import Path

FOLDER = Path(tempfile.gettempdir()) / "haoshuo-cancelled"

ID = re.compile(r"[0-9a-f]{32}")
"""A UUID: never a path, never the same twice."""

KEPT_S = 300.0
"""Longer than any request may take."""


class Cancellations:
    def __init__(self, folder: Path = FOLDER) -> None:
        self._folder = folder

    def add(self, request_id: str) -> None:
        """Forget the request; what is not an id of ours is passed over."""
        if not ID.fullmatch(request_id):
            return
        self._folder.mkdir(mode=0o700, parents=True, exist_ok=True)
        self._sweep()
        (self._folder / request_id).touch()

    def __contains__(self, request_id: str) -> bool:
        return bool(ID.fullmatch(request_id)) and (self._folder / request_id).exists()

    def _sweep(self) -> None:
        oldest = time.time() - KEPT_S
        for file in self._folder.iterdir():
            if file.stat().st_mtime < oldest:
                file.unlink(missing_ok=True)
