"""Hugging Face's GPT-2 and `generate` over our weights, with the position of codes as in training."""

from collections.abc import Callable
from typing import Any

import pytest
import torch
from torch import Tensor
from transformers import GPT2Config, GPT2LMHeadModel
from transformers.modeling_outputs import CausalLMOutputWithPast

from speech.indextts2.gpt import Gpt, Row


class Oracle(GPT2LMHeadModel):  # type: ignore[no-untyped-call]  # transformers'
    def __init__(self, gpt: Gpt) -> None:
        config = gpt.config
        super().__init__(
            GPT2Config(
                vocab_size=config.number_mel_codes,
                n_positions=1000,
                n_embd=config.model_dim,
                n_layer=config.layers,
                n_head=config.heads,
                bos_token_id=config.start_mel_token,
                eos_token_id=config.stop_mel_token,
                pad_token_id=config.stop_mel_token,
            )
        )
        missing, unexpected = self.transformer.load_state_dict(gpt.gpt.state_dict(), strict=False)
        assert (["wte.weight", "wpe.weight"], []) == (missing, unexpected)
        self.transformer.wpe.weight.data.zero_()
        self.ours = [gpt]  # in a list, so that it is no module of this one
        self.prefix = torch.zeros(0)
        self.train(mode=False)

    def forward(
        self, input_ids: Tensor, cache: Any = None, attention_mask: Tensor | None = None, **_: Any
    ) -> CausalLMOutputWithPast:
        (gpt,), origin = self.ours, len(self.prefix)
        filled = cache.get_seq_length() if cache is not None else 0
        if filled:
            rows = gpt.embed(input_ids, torch.tensor([filled - origin]))
        else:
            rows = torch.cat([self.prefix, gpt.start()[None]]).expand(len(input_ids), -1, -1)
        output = self.transformer(inputs_embeds=rows, cache=cache, attention_mask=attention_mask)
        logits = gpt.mel_head(gpt.final_norm(output.last_hidden_state))
        answer: Any = CausalLMOutputWithPast  # mypy does not see its fields through transformers' decorator
        return answer(logits=logits, cache=output.cache)  # type: ignore[no-any-return]

    def codes(self, row: Row) -> list[int]:
        """What `generate` makes of a row, up to the stop."""
        sampling, stop = row.sampling, self.ours[0].config.stop_mel_token
        self.prefix = row.prefix
        fake = torch.ones(1, len(row.prefix) + 1, dtype=torch.int64)  # as upstream gives it
        fake[:, -1] = self.ours[0].config.start_mel_token
        filters = {"temperature": sampling.temperature, "top_k": sampling.top_k, "top_p": sampling.top_p}
        options = {
            "attention_mask": torch.ones_like(fake),
            "max_new_tokens": row.max_codes,
            "do_sample": not sampling.greedy,
            "num_beams": sampling.beams,
            "repetition_penalty": sampling.repetition_penalty,
            **({"length_penalty": sampling.length_penalty} if sampling.beams > 1 else {}),
            **({} if sampling.greedy else filters),
        }
        generate: Any = self.generate
        codes: list[int] = generate(fake, **options)[0, fake.shape[1] :].tolist()
        return codes[: codes.index(stop)] if stop in codes else codes

    def hidden(self, row: Row, codes: Tensor) -> Tensor:
        """The states that predict the codes, from one causal pass over the whole row."""
        (gpt,) = self.ours
        numbers = torch.arange(1, len(codes))
        rows = [row.prefix, gpt.start()[None], gpt.mel_embedding(codes[:-1]) + gpt.mel_pos_embedding.emb(numbers)]
        states: Tensor = gpt.final_norm(self.transformer(inputs_embeds=torch.cat(rows)[None]).last_hidden_state)
        return states[0, len(row.prefix) :]


def draw_like_ours(monkeypatch: pytest.MonkeyPatch, row: Row) -> None:
    """Let Hugging Face take the random numbers of the row's seed: from the likeliest code down, beam after beam."""
    beams = row.sampling.beams
    numbers = torch.rand(row.max_codes, beams, 2, generator=torch.Generator().manual_seed(row.seed)).flatten(1)
    steps = iter(numbers.tolist())
    monkeypatch.setattr(torch, "multinomial", _multinomial(lambda: next(steps), beams))


def _multinomial(numbers: Callable[[], list[float]], beams: int) -> Callable[..., Tensor]:
    def multinomial(probabilities: Tensor, num_samples: int) -> Tensor:
        size = probabilities.shape[-1] // beams
        weights, codes = probabilities.view(beams, size).sort(descending=True, stable=True)
        weights, codes = weights.flatten().double(), (codes + torch.arange(beams)[:, None] * size).flatten()
        drawn = []
        for number in numbers()[:num_samples]:
            cumulative = weights.cumsum(0)
            index = int((cumulative <= number * cumulative[-1]).sum())
            drawn.append(int(codes[index]))
            weights[index] = 0
        return torch.tensor([drawn])

    return multinomial
