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
