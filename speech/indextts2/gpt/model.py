"""IndexTTS2's GPT: a voice, an emotion and a text to semantic codes (Zhou et al., 2025, arXiv:2506.21619)."""

from collections.abc import Sequence

import torch
from torch import Tensor, nn
from torch.nn import functional

from speech.indextts2 import configuration
from speech.indextts2.gpt.conformer import Conformer
from speech.indextts2.gpt.perceiver import Perceiver
from speech.indextts2.gpt.transformer import Transformer

LATENTS = 32
"""Rows that describe a speaker."""

IGNORED = ("text_head.weight", "text_head.bias")
"""What a checkpoint holds and only training uses."""


class Positions(nn.Module):
    def __init__(self, length: int, size: int) -> None:
        super().__init__()
        self.emb = nn.Embedding(length, size)


class Gpt(nn.Module):
    """`feature_dim` is F, the width of the semantic features; `config.model_dim` is D."""

    def __init__(self, config: configuration.Gpt, feature_dim: int) -> None:
        super().__init__()
        self.config = config
        size, speaker, emotion = config.model_dim, config.condition_module, config.emo_condition_module
        self.conditioning_encoder = Conformer(speaker, feature_dim)
        self.perceiver_encoder = _perceiver(speaker, size, LATENTS)
        self.emo_conditioning_encoder = Conformer(emotion, feature_dim)
        self.emo_perceiver_encoder = _perceiver(emotion, feature_dim, 1)
        self.emovec_layer = nn.Linear(feature_dim, size)
        self.emo_layer = nn.Linear(size, size)
        self.speed_emb = nn.Embedding(2, size)
        self.text_embedding = nn.Embedding(config.number_text_tokens + 1, size)
        self.text_pos_embedding = Positions(config.max_text_tokens + 2, size)
        self.mel_embedding = nn.Embedding(config.number_mel_codes, size)
        self.mel_pos_embedding = Positions(config.max_mel_tokens + 3, size)
        self.gpt = Transformer(config)
        self.final_norm = nn.LayerNorm(size)
        self.mel_head = nn.Linear(size, config.number_mel_codes)

    def speaker_latents(self, semantic: Tensor) -> Tensor:
        """Semantic features `[T, F]`, 50 a second, to the rows `[32, D]` that describe the speaker."""
        latents: Tensor = self.perceiver_encoder(self.conditioning_encoder(self._row(semantic)))
        return latents[0]

    def emotion_vector(self, semantic: Tensor) -> Tensor:
        """Semantic features `[T, F]` to the emotion `[D]` they are spoken with."""
        latents = self.emo_perceiver_encoder(self.emo_conditioning_encoder(self._row(semantic)))
        vector: Tensor = self.emo_layer(self.emovec_layer(latents))
        return vector[0, 0]

    def prefix(self, latents: Tensor, emovec: Tensor, text: Tensor) -> Tensor:
        """What decoding starts from, `[34 + n + 2, D]`: speaker `[32, D]` with emotion `[D]`, then the text `[n]`.

        Both rows of `speed_emb` always stand in between: upstream has no control by them. Start and stop tokens
        within the text are left out, as upstream does.
        """
        config, weight = self.config, self.speed_emb.weight
        text = text.to(weight.device)
        text = text[(text != config.start_text_token) & (text != config.stop_text_token)]
        text = functional.pad(
            functional.pad(text, (1, 0), value=config.start_text_token), (0, 1), value=config.stop_text_token
        )
        rows = self.text_embedding(text) + self.text_pos_embedding.emb.weight[: len(text)]
        return torch.cat([latents.to(weight) + emovec.to(weight), weight.flip(0), rows])

    def start(self) -> Tensor:
        """The row `[D]` after the prefix, from which the first code is predicted."""
        return self.mel_embedding.weight[self.config.start_mel_token] + self.mel_pos_embedding.emb.weight[0]

    def embed(self, codes: Tensor, number: Tensor) -> Tensor:
        """Rows `[B, 1, D]` for the codes `[B, 1]`, each the `number`-th (`[1]`) of its row, counted from 1.

        Upstream's decoding puts them a position higher than its training did; this is as trained.
        """
        rows: Tensor = self.mel_embedding(codes) + self.mel_pos_embedding.emb(number)
        return rows

    def states(self, x: Tensor, cache: Sequence[Tensor], slots: Tensor, mask: Tensor) -> Tensor:
        """As `Transformer.forward`, normed: what `mel_head` and s2mel's `gpt_layer` take."""
        states: Tensor = self.final_norm(self.gpt(x, cache, slots, mask))
        return states

    def _row(self, semantic: Tensor) -> Tensor:
        return semantic[None].to(self.mel_head.weight)


def _perceiver(config: configuration.Conformer, size: int, latents: int) -> Perceiver:
    return Perceiver(size, config.output_size, latents, config.attention_heads, config.perceiver_mult)
