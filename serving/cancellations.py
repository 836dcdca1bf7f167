"""Requests that nobody waits for any more, told by those who went away.

Triton does not tell a model inside an ensemble that the ensemble's request was cancelled
(triton-inference-server/server#6739). So the client says it a second time, to the model `cancel`, and the models of
the ensemble, which see the same request id, look here. The processes of one Triton share a folder of empty files.
A folder that cannot be used costs the work that would have been saved, and no answer.
"""

import re
import time
from contextlib import suppress
from pathlib import Path

ID = re.compile(r"[0-9a-f]{32}")
"""A UUID: never a path, never the same twice."""

KEPT_S = 300.0
"""Longer than any request may take."""

SWEEP_S = 30.0
MOST = 10_000


class Cancellations:
    """Many may look; one process adds."""

    def __init__(self, folder: Path, most: int = MOST) -> None:
        self._folder = folder
        self._most = most
        self._count = 0
        self._sweep_at = 0.0

    def add(self, request_id: str) -> None:
        """Forget the request; what is not an id of ours is passed over, and so is what is too many."""
        with suppress(OSError):
            self._sweep()
            if ID.fullmatch(request_id) and self._count < self._most:
                (self._folder / request_id).touch()
                self._count += 1

    def __contains__(self, request_id: str) -> bool:
        with suppress(OSError):
            return bool(ID.fullmatch(request_id)) and (self._folder / request_id).exists()
        return False

    def _sweep(self) -> None:
        """Remove what is older than any request. It looks at every file, and so comes seldom."""
        if time.monotonic() < self._sweep_at:
            return
        self._sweep_at = time.monotonic() + SWEEP_S
        oldest = time.time() - KEPT_S
        files = list(self._folder.iterdir())
        old = [file for file in files if file.stat().st_mtime < oldest]
        for file in old:
            file.unlink(missing_ok=True)
        self._count = len(files) - len(old)
