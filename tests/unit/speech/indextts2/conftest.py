from pathlib import Path

import pytest
import torch

from tests.support.indextts2 import write_checkpoint

torch.set_num_threads(1)  # small tensors; threads would wait for each other


@pytest.fixture(scope="session")
def checkpoint(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A small checkpoint of the official layout, with its optional part; to be read only."""
    folder = tmp_path_factory.mktemp("checkpoint")
    write_checkpoint(folder, qwen=True)
    return folder


@pytest.fixture
def card(monkeypatch: pytest.MonkeyPatch) -> pytest.MonkeyPatch:
    """Two cards of capability 8.9, and a torch that is built for some older ones and newer."""
    monkeypatch.setattr(torch.cuda, "is_available", lambda: True)
    monkeypatch.setattr(torch.cuda, "device_count", lambda: 2)
    monkeypatch.setattr(torch.cuda, "get_device_name", lambda _: "NVIDIA L20")
    monkeypatch.setattr(torch.cuda, "get_device_capability", lambda _: (8, 9))
    monkeypatch.setattr(torch.cuda, "get_arch_list", lambda: ["sm_75", "sm_80", "sm_90a", "compute_120"])
    return monkeypatch
