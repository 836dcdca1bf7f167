from collections.abc import Callable, Iterator

import pytest
import torch
from torch import Tensor

from speech.indextts2.configuration import Conformer
from speech.indextts2.configuration import Gpt as Configuration
from speech.indextts2.gpt import Gpt

FEATURES = 16


def _conformer(heads: int) -> Conformer:
    return Conformer(output_size=24, linear_units=20, attention_heads=heads, num_blocks=2, perceiver_mult=2)


CONFIG = Configuration(
    model_dim=32,
    heads=2,
    layers=3,
    max_mel_tokens=200,
    max_text_tokens=30,
    number_text_tokens=50,
    number_mel_codes=42,
    start_mel_token=40,
    stop_mel_token=41,
    start_text_token=0,
    stop_text_token=1,
    condition_module=_conformer(2),
    emo_condition_module=_conformer(4),
)


@pytest.fixture(autouse=True)
def _one_thread() -> Iterator[None]:
    threads = torch.get_num_threads()
    torch.set_num_threads(1)
    yield
    torch.set_num_threads(threads)


@pytest.fixture(scope="session")
def gpt() -> Gpt:
    """Random weights that do not settle on one code; read only."""
    gpt = Gpt(CONFIG, FEATURES)
    generator = torch.Generator().manual_seed(0)
    with torch.no_grad():
        for name, weight in gpt.named_parameters():
            weight.normal_(0, 1.0 if "mel_embedding" in name else 0.2, generator=generator)
            if "ln_" in name or "norm" in name:
                weight.add_(float(name.endswith("weight")))
    return gpt.requires_grad_(requires_grad=False)


@pytest.fixture(scope="session")
def prefix() -> Callable[[int], Tensor]:
    """A prefix of so many rows, always the same."""

    def prefix(length: int) -> Tensor:
        return torch.randn(length, CONFIG.model_dim, generator=torch.Generator().manual_seed(length))

    return prefix
