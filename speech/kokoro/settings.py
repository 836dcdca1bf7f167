"""What the engine's models are built from."""

from dataclasses import dataclass
from pathlib import Path


@dataclass(frozen=True)
class Settings:
    """`folder` is what `python -m speech.kokoro prepare` wrote; `threads` is the CPU threads of one model."""

    folder: Path
    threads: int = 1
