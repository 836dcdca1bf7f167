"""`serving.adapter` without Triton: a module in place of the one that only Triton's python backend has."""

import importlib
import sys
from collections.abc import Iterator
from pathlib import Path
from types import ModuleType
from unittest.mock import MagicMock

import pytest


@pytest.fixture
def adapter(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[ModuleType]:
    monkeypatch.setitem(sys.modules, "triton_python_backend_utils", MagicMock())
    monkeypatch.setenv("HAOSHUO_TRITON_RUN_DIR", str(tmp_path))
    yield importlib.import_module("serving.adapter")
    del sys.modules["serving.adapter"]
