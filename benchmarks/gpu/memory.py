"""What the engine takes on a GPU, counted from the dimensions.

`python -m benchmarks.gpu.memory` prints the tables of docs/indextts2.md. Besides the weights and the GPT's cache, which
are counted, there are estimates: they are named so, and a GPU has to confirm them.
"""

import sys
from collections.abc import Iterator
from dataclasses import dataclass

import torch
from torch import nn
from transformers import Qwen3Config, Qwen3ForCausalLM, Wav2Vec2BertConfig, Wav2Vec2BertModel

from benchmarks.gpu.bench import GIB
from benchmarks.gpu.model import HALF, Scale, scale, unfilled
from speech.indextts2.bigvgan.vocoding import AT_ONCE
from speech.indextts2.features.campplus import CampPlus, Sizes
from speech.indextts2.features.semantic import LAYERS
from speech.indextts2.gpt import Decoder, Gpt, slot_bytes
from speech.indextts2.settings import Settings

MIB = 2**20

CONTEXTS = GIB
"""Estimate: half a GiB of CUDA's own for each of the two processes."""

VOCODING = AT_ONCE * 250_000
"""Estimate: the frames of a batch, whose widest layer holds 250 kB of each."""

QWEN = Qwen3Config(
    vocab_size=151936,
    hidden_size=1024,
    intermediate_size=3072,
    num_hidden_layers=28,
    num_attention_heads=16,
    num_key_value_heads=8,
    head_dim=128,
    tie_word_embeddings=True,
)
"""The dimensions of Qwen3-0.6B."""


@dataclass(frozen=True)
class Part:
    name: str
    modules: tuple[nn.Module, ...]
    dtype: torch.dtype
    without: str = ""
    """What keeps it off the GPU."""

    @property
    def parameters(self) -> int:
        return sum(parameter.numel() for module in self.modules for parameter in module.parameters())

    @property
    def nbytes(self) -> int:
        return self.parameters * self.dtype.itemsize


@dataclass(frozen=True)
class Card:
    """A size of card, and what is set for it; `absent` holds what keeps parts off it."""

    name: str
    memory_mb: int = Settings.memory_mb
    absent: tuple[str, ...] = ()

    @property
    def settings(self) -> str:
        memory = f"`MEMORY_MB={self.memory_mb}`"
        changed = [memory] if self.memory_mb != Settings.memory_mb else []
        return ", ".join([*changed, *self.absent]) or "the defaults"


NO_SEMANTIC, NO_QWEN = "`SEMANTIC_DEVICE=cpu`", "no Qwen folder"

CARDS = (
    Card("6 GB", 512, (NO_SEMANTIC, NO_QWEN)),
    Card("8 GB", 1024, (NO_QWEN,)),
    Card("12 GB", absent=(NO_QWEN,)),
    Card("16 GB"),
    Card("24 GB and more", 5120),
)


def parts(dimensions: Scale) -> list[Part]:
    """At the engine's default precision on a GPU."""
    with torch.device("meta"):
        model, semantic = unfilled(dimensions), Wav2Vec2BertModel(Wav2Vec2BertConfig(num_hidden_layers=LAYERS))
        return [
            Part("GPT", (model.gpt,), HALF.gpt),
            Part("w2v-bert (listens to recordings)", (semantic,), torch.float32, NO_SEMANTIC),
            Part("s2mel", (model.s2mel,), HALF.s2mel),
            Part("codec, CAM++", (model.codec, CampPlus(Sizes())), torch.float32),
            Part("BigVGAN", (model.vocoder,), HALF.vocoder),
            Part("Qwen3 (only if its folder is there)", (Qwen3ForCausalLM(QWEN),), HALF.gpt, NO_QWEN),
        ]


def cache_bytes(gpt: Gpt, memory_mb: int) -> int:
    """Of the GPT's keys, values and states: what a decoder takes at its start."""
    return Decoder(gpt, memory_mb * MIB // slot_bytes(gpt)).area * slot_bytes(gpt)


def needed(dimensions: Scale, card: Card) -> int:
    """Bytes on the card: weights, CUDA, the GPT's cache, the flow, the vocoder, voices."""
    weights = sum(part.nbytes for part in parts(dimensions) if part.without not in card.absent)
    with torch.device("meta"):
        gpt = unfilled(dimensions).gpt.to(HALF.gpt)
    cache = cache_bytes(gpt, card.memory_mb)
    return weights + CONTEXTS + cache + card.memory_mb * MIB + VOCODING + Settings.voice_cache_mb * MIB


def tables(dimensions: Scale) -> Iterator[str]:
    """Lines of Markdown."""
    yield "| part | parameters | precision | GiB | without |"
    yield "|---|---|---|---|---|"
    for part in parts(dimensions):
        precision = str(part.dtype).removeprefix("torch.")
        millions = f"{part.parameters / 1e6:.0f} M"
        yield f"| {part.name} | {millions} | {precision} | {part.nbytes / GIB:.1f} | {part.without or '–'} |"
    yield ""
    yield "| card | settings (`HAOSHUO_INDEXTTS2_…`) | GiB in all |"
    yield "|---|---|---|"
    for card in CARDS:
        yield f"| {card.name} | {card.settings} | {needed(dimensions, card) / GIB:.1f} |"


if __name__ == "__main__":
    sys.stdout.write("\n".join(tables(scale("full"))) + "\n")
