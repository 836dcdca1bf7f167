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
from benchmarks.gpu.model import HALF, Scale, scale
from speech.indextts2.bigvgan import BigVgan
from speech.indextts2.features.campplus import CampPlus, Sizes
from speech.indextts2.features.codec import Codec
from speech.indextts2.features.semantic import LAYERS
from speech.indextts2.gpt import Decoder, Gpt, slot_bytes
from speech.indextts2.s2mel import S2Mel
from speech.indextts2.settings import Settings

MIB = 2**20

CONTEXTS = 2 * GIB // 2
"""Estimate: half a GiB of CUDA's own for each of the two processes."""

VOCODING = 2048 * 250_000
"""Estimate: a batch of 2048 frames, whose widest layer holds 250 kB a frame."""

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
    elsewhere: str = ""
    """How it can be left out of the GPU."""

    @property
    def parameters(self) -> int:
        return sum(parameter.numel() for module in self.modules for parameter in module.parameters())

    @property
    def nbytes(self) -> int:
        return self.parameters * self.dtype.itemsize


@dataclass(frozen=True)
class Card:
    """A size of card, and what is set for it."""

    name: str
    memory_mb: int = Settings.memory_mb
    semantic: bool = True
    qwen: bool = True

    @property
    def settings(self) -> str:
        changed = {
            "`SEMANTIC_DEVICE=cpu`": not self.semantic,
            f"`MEMORY_MB={self.memory_mb}`": self.memory_mb != Settings.memory_mb,
            "no Qwen": not self.qwen,
        }
        return ", ".join(name for name, is_changed in changed.items() if is_changed) or "the defaults"


CARDS = (
    Card("6 GB", memory_mb=512, semantic=False, qwen=False),
    Card("8 GB", memory_mb=1024, qwen=False),
    Card("12 GB", qwen=False),
    Card("16 GB"),
    Card("24 GB and more", memory_mb=5120),
)


def parts(dimensions: Scale) -> list[Part]:
    """At the engine's default precision on a GPU."""
    config = dimensions.config
    with torch.device("meta"):
        return [
            Part("GPT", (Gpt(config.gpt, config.semantic_codec.hidden_size),), HALF.gpt),
            Part(
                "w2v-bert (listens to recordings)",
                (Wav2Vec2BertModel(Wav2Vec2BertConfig(num_hidden_layers=LAYERS)),),
                torch.float32,
                "`SEMANTIC_DEVICE=cpu`",
            ),
            Part("s2mel", (S2Mel(config.s2mel, config.gpt.model_dim),), HALF.s2mel),
            Part("codec, CAM++", (Codec(config.semantic_codec), CampPlus(Sizes())), torch.float32),
            Part("BigVGAN", (BigVgan(dimensions.bigvgan),), HALF.vocoder),
            Part("Qwen3 (only if its folder is there)", (Qwen3ForCausalLM(QWEN),), HALF.gpt, "leave the folder out"),
        ]


def cache_bytes(gpt: Gpt, memory_mb: int) -> int:
    """Of the GPT's keys, values and states: what a decoder takes at its start."""
    return Decoder(gpt, memory_mb * MIB // slot_bytes(gpt)).area * slot_bytes(gpt)


def needed(found: list[Part], card: Card) -> int:
    """Bytes on the card: weights, CUDA, the GPT's cache, the flow, the vocoder, voices."""
    absent = {"w2v-bert": not card.semantic, "Qwen3": not card.qwen}
    weights = sum(part.nbytes for part in found if not absent.get(part.name.split(" ")[0], False))
    gpt = found[0].modules[0].to(HALF.gpt)
    assert isinstance(gpt, Gpt)  # noqa: S101 - for the type checker
    cache = cache_bytes(gpt, card.memory_mb)
    return weights + CONTEXTS + cache + card.memory_mb * MIB + VOCODING + Settings.voice_cache_mb * MIB


def tables(dimensions: Scale) -> Iterator[str]:
    """Lines of Markdown."""
    found = parts(dimensions)
    yield "| part | parameters | precision | GiB | without |"
    yield "|---|---|---|---|---|"
    for part in found:
        precision = str(part.dtype).removeprefix("torch.")
        millions = f"{part.parameters / 1e6:.0f} M"
        yield f"| {part.name} | {millions} | {precision} | {part.nbytes / GIB:.1f} | {part.elsewhere or '–'} |"
    yield ""
    yield "| card | settings (`HAOSHUO_INDEXTTS2_…`) | GiB in all |"
    yield "|---|---|---|"
    for card in CARDS:
        yield f"| {card.name} | {card.settings} | {needed(found, card) / GIB:.1f} |"


if __name__ == "__main__":
    sys.stdout.write("\n".join(tables(scale("full"))) + "\n")
