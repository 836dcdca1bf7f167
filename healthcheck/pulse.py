"""The watcher is watched: a sidecar whose rounds have stopped ends, and is started again."""

import os
import threading
import time
from collections.abc import Callable

STALE_S = 30.0
"""A round takes less than half of it, however much hangs: everything in it has a timeout."""

EXIT_S = 2 * STALE_S
EXIT_CODE = 70  # EX_SOFTWARE


def watch(overdue_s: Callable[[], float], end: Callable[[int], object] = os._exit, every_s: float = 1.0) -> None:
    """In a thread of its own, which runs, too, when the event loop does not."""

    def run() -> None:
        while overdue_s() < EXIT_S:
            time.sleep(every_s)
        end(EXIT_CODE)

    threading.Thread(target=run, daemon=True, name="pulse").start()
