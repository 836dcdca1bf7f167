"""MaskGCT's semantic codec (Wang et al., 2024, arXiv:2409.00750): features to codes and back, without its decoder."""

from typing import cast

from torch import Tensor, nn
from torch.nn.functional import normalize

from speech.indextts2 import configuration

UNUSED = ("decoder.*",)
"""Keys of the official file that reconstruct features; no part of synthesis."""

KERNEL = 7
EPSILON = 1e-6


class Codec(nn.Module):
    def __init__(self, config: configuration.Codec) -> None:
        super().__init__()
        self.encoder = nn.Sequential(Backbone(config), nn.Linear(config.vocos_dim, config.hidden_size))
        self.quantizer = Quantizer(config)

    def codes(self, semantic: Tensor) -> Tensor:
        """The nearest codes `[T]` of normalised features `[T, hidden_size]`."""
        weight = self.quantizer.level.codebook.weight
        return self.quantizer.level.nearest(self.encoder(semantic.to(weight)[None]))[0]

    def quantize(self, semantic: Tensor) -> Tensor:
        """What the codes of normalised features `[T, hidden_size]` stand for, `[T, hidden_size]`."""
        return self.embed(self.codes(semantic))

    def embed(self, codes: Tensor) -> Tensor:
        """What `codes` `[N]` stand for, `[N, hidden_size]`.

        Upstream's `vq2emb(codes.unsqueeze(1))` takes the batch for the quantizers and embeds only its first row.
        """
        return self.quantizer.level.embed(codes[None])[0]


class Backbone(nn.Module):
    """ConvNeXt blocks over time (Siuzdak, "Vocos", 2023, arXiv:2306.00814): `[B, T, hidden_size]` to `[B, T, dim]`."""

    def __init__(self, config: configuration.Codec) -> None:
        super().__init__()
        dim = config.vocos_dim
        self.embed = nn.Conv1d(config.hidden_size, dim, KERNEL, padding=KERNEL // 2)
        self.norm = nn.LayerNorm(dim, eps=EPSILON)
        self.convnext = nn.ModuleList(Block(dim, config.vocos_intermediate_dim) for _ in range(config.vocos_num_layers))
        self.final_layer_norm = nn.LayerNorm(dim, eps=EPSILON)

    def forward(self, features: Tensor) -> Tensor:
        hidden: Tensor = self.norm(self.embed(features.mT).mT)
        for block in self.convnext:
            hidden = hidden + block(hidden)
        out: Tensor = self.final_layer_norm(hidden)
        return out


class Block(nn.Module):
    def __init__(self, dim: int, inner: int) -> None:
        super().__init__()
        self.dwconv = nn.Conv1d(dim, dim, KERNEL, padding=KERNEL // 2, groups=dim)
        self.norm = nn.LayerNorm(dim, eps=EPSILON)
        self.pwconv1 = nn.Linear(dim, inner)
        self.act = nn.GELU()
        self.pwconv2 = nn.Linear(inner, dim)
        self.gamma = nn.Parameter(self.norm.weight.new_ones(dim))

    def forward(self, hidden: Tensor) -> Tensor:
        """What is to be added to `hidden` `[B, T, dim]`."""
        mixed: Tensor = self.norm(self.dwconv(hidden.mT).mT)
        added: Tensor = self.gamma * self.pwconv2(self.act(self.pwconv1(mixed)))
        return added


class Quantizer(nn.Module):
    """A residual quantizer of one level, which is all that IndexTTS2's codec has."""

    def __init__(self, config: configuration.Codec) -> None:
        super().__init__()
        self.quantizers = nn.ModuleList([Level(config)])

    @property
    def level(self) -> "Level":
        return cast("Level", self.quantizers[0])


class Level(nn.Module):
    """A codebook in a few dimensions, looked up by direction (Yu et al., 2021, arXiv:2110.04627)."""

    def __init__(self, config: configuration.Codec) -> None:
        super().__init__()
        self.in_project = nn.Conv1d(config.hidden_size, config.codebook_dim, 1)
        self.out_project = nn.Conv1d(config.codebook_dim, config.hidden_size, 1)
        self.codebook = nn.Embedding(config.codebook_size, config.codebook_dim)

    def nearest(self, features: Tensor) -> Tensor:
        """Codes `[B, T]` of features `[B, T, hidden_size]`."""
        directions = normalize(self.in_project(features.mT).mT, dim=-1)
        codes: Tensor = (directions @ normalize(self.codebook.weight, dim=-1).T).argmax(dim=-1)
        return codes

    def embed(self, codes: Tensor) -> Tensor:
        """Features `[B, T, hidden_size]` of codes `[B, T]`."""
        features: Tensor = self.out_project(self.codebook(codes).mT).mT
        return features
