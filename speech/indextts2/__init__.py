"""IndexTTS2 on torch: our own modules for the official checkpoints, whose batches are as exact as single rows."""

import importlib
from typing import Any

MODULES = {"Acoustic": "acoustic", "Settings": "settings", "Vocoder": "vocoder"}


def __getattr__(name: str) -> Any:
    """An engine's three names, loaded when asked for: its networks need nothing but torch, as `benchmarks/gpu`."""
    if name not in MODULES:
        raise AttributeError(f"{__name__}.{name}")
    return getattr(importlib.import_module(f"{__name__}.{MODULES[name]}"), name)
