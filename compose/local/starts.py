"""Whether a process is worth waiting for: not if supervisord gave it up, nor if it ends again and again."""

import re
from collections import defaultdict
from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import Any

from compose.local.errors import StackError

MOST_STARTS = 3
LINES = 10
CHARACTERS = 300
RECENT_LINES = 100  # of a start of Triton that fails; the log has those before it, too
ERROR = re.compile(r"E\d{4} |error: |✗")
"""How lines of Triton and of ours begin that tell why a process ended. Of others the last lines do."""


class Starts:
    """The times at which each process was seen to have started."""

    def __init__(self) -> None:
        self._seen: defaultdict[str, set[int]] = defaultdict(set)

    def check(self, processes: Iterable[Mapping[str, Any]]) -> None:
        """Raise `StackError` for one, as supervisord describes it, that does not come up."""
        for process in processes:
            seen = self._seen[process["name"]]
            seen.add(process["start"])
            if process["statename"] == "FATAL" or len(seen) > MOST_STARTS:
                log = Path(process["stdout_logfile"])
                raise StackError(
                    f"{process['name']} 无法启动 (cannot start):\n{_reasons(log)}\n完整日志 full log: {log}"
                )


def _reasons(log: Path) -> str:
    lines = [line[:CHARACTERS] for line in log.read_text(errors="replace").splitlines()[-RECENT_LINES:]]
    return "\n".join(([line for line in lines if ERROR.match(line)] or lines)[-LINES:])
