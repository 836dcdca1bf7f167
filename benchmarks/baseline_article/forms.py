"""The ways to run the article's two programs."""

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from benchmarks.load.plan import CORES

PROXY_WORKERS, PROXY_THREADS = 2, 32
"""Each call waits in a thread of the proxy: so many are more than the engine can keep busy."""

KEEP_ALIVE_S = 75
"""Longer than our callers keep a connection: none is closed while it is being used."""


@dataclass(frozen=True)
class Form:
    gunicorn: bool
    our_vocoder: bool = False

    def engine(self, python: Path, port: int) -> list[str]:
        """A worker, with a model of its own, for each core; or one process."""
        return self._command(python, "engine", port, "--workers", str(CORES), "--worker-class", "sync")

    def proxy(self, python: Path, port: int) -> list[str]:
        workers = ("--workers", str(PROXY_WORKERS), "--worker-class", "gthread", "--threads", str(PROXY_THREADS))
        return self._command(python, "proxy", port, *workers, "--keep-alive", str(KEEP_ALIVE_S))

    def _command(self, python: Path, name: str, port: int, *workers: str) -> list[str]:
        program = f"{__package__}.{name}"
        if not self.gunicorn:
            return [str(python), "-m", program, str(port)]
        return [str(python), "-m", "gunicorn", "--bind", f"127.0.0.1:{port}", *workers, f"{program}:create_app()"]


FORMS: Mapping[str, Form] = {
    "printed": Form(gunicorn=False),
    "deployed": Form(gunicorn=True),
    "our vocoder": Form(gunicorn=True, our_vocoder=True),
}
