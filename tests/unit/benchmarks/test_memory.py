from pathlib import Path

import pytest
import torch

from benchmarks.gpu.memory import CARDS, cache_bytes, needed, tables
from benchmarks.gpu.model import HALF, Scale, scale
from speech.indextts2.gpt import Decoder, Gpt, slot_bytes

DOCUMENT = Path(__file__).parents[3] / "docs/indextts2.md"


@pytest.fixture(scope="module")
def full() -> Scale:
    return scale("full")


def test_the_document_says_what_is_counted(full: Scale) -> None:
    """Its tables are those that `python -m benchmarks.gpu.memory` prints."""
    assert "\n".join(tables(full)) in DOCUMENT.read_text("utf-8")


@pytest.mark.parametrize("memory_mb", [64, 512, 2048, 8192])
def test_the_cache_is_what_a_decoder_takes(full: Scale, memory_mb: int) -> None:
    """Its tensors at full size, however they are divided; no more than was asked for, but for the longest row."""
    with torch.device("meta"):
        gpt = Gpt(full.config.gpt, full.config.semantic_codec.hidden_size).to(HALF.gpt)
    decoder = Decoder(gpt, memory_mb * 2**20 // slot_bytes(gpt))
    storages = {}
    for lanes in decoder._formats:
        for tensor in (*lanes.cache, lanes.hidden):
            storages[tensor.untyped_storage()._cdata] = tensor.untyped_storage().nbytes()
    assert cache_bytes(gpt, memory_mb) == sum(storages.values())
    assert cache_bytes(gpt, memory_mb) <= max(memory_mb * 2**20, 2560 * slot_bytes(gpt))


def test_every_card_has_room(full: Scale) -> None:
    """With half a GiB to spare."""
    for card in CARDS:
        assert needed(full, card) / 2**30 + 0.5 <= float(card.name.split(" ")[0])
