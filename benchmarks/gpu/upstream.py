"""The upstream way: the same arithmetic in our code, not upstream's program.

As index-tts's `infer_v2.py` with `use_fp16=True` and its defaults: one segment at a time, the voice conditioned anew
for each, three beams with sampling over a cache that grows by concatenation, a second pass of the GPT for its states,
then everything else in float32 with 25 steps.

What upstream's Python costs besides (Hugging Face's `generate`, weight norm at each call, time's part of the flow at
each step) is left out: the real program is slower than this. But upstream has a kernel of its own for BigVGAN, where it
compiles, and here the vocoder is without. Codes have the positions of training, not upstream's, to be compared.
"""

import torch
from torch import Tensor
from torch.nn import functional

from benchmarks.gpu.clock import Clock
from benchmarks.gpu.engine import STEPS, Speech, mel_row
from benchmarks.gpu.model import Model
from benchmarks.gpu.work import Job
from speech.indextts2.gpt import Codes, Gpt, Sampling
from speech.indextts2.gpt.lanes import FAKE_PROMPT
from speech.indextts2.gpt.transformer import Block
from speech.indextts2.s2mel import Flow

UPSTREAM = Sampling(beams=3)

NEVER = -1e9
FEWEST = 2
"""Codes that top-p leaves to a beam search at least."""

Cache = list[tuple[Tensor, Tensor]]
"""Keys and values `[B, heads, T, size]` of each layer."""


class Upstream:
    def __init__(self, model: Model, sampling: Sampling = UPSTREAM, steps: int = STEPS) -> None:
        self._model, self._sampling, self._steps = model, sampling, steps
        self._flow = Flow(model.s2mel)

    @torch.inference_mode()
    def speak(self, job: Job) -> Speech:
        model, voice = self._model, job.voice
        clock = Clock(model.device)
        latents = model.gpt.speaker_latents(voice.semantic)
        base, emovec = (model.gpt.emotion_vector(voice.semantic) for _ in range(2))  # of the voice, of the emotion
        prefix = model.gpt.prefix(latents, base + (emovec - base), job.text)
        clock.lap("conditioning")
        codes = generate(model.gpt, prefix, job, self._sampling)
        clock.lap("gpt")
        hidden = second_pass(model.gpt, prefix, codes)
        clock.lap("second pass")
        (mel,) = self._flow.run([mel_row(model, job, Codes(codes, hidden, finished=False))], self._steps)
        clock.lap("s2mel")
        waveform = model.vocoder(mel.T[None].to(model.vocoder.conv_pre.weight))[0].float()
        clock.lap("vocoder")
        return Speech([codes], [mel], [waveform], clock.laps)


def generate(gpt: Gpt, prefix: Tensor, job: Job, sampling: Sampling) -> Tensor:
    """The best beam's codes `[N]` from a prefix `[P, D]`, exactly as many as the job takes."""
    beams, device = sampling.beams, prefix.device
    generator = torch.Generator(device).manual_seed(job.seed)
    running = torch.full((beams,), NEVER, device=device)
    running[0] = 0  # at first all beams are the same
    ids = torch.full((beams, len(prefix) + 1), FAKE_PROMPT, device=device)
    ids[:, -1] = gpt.config.start_mel_token
    x, cache = torch.cat([prefix, gpt.start()[None]]).expand(beams, -1, -1), Cache()
    for number in range(1, job.codes + 1):
        states, cache = causal(gpt, x, cache)
        scores = _warped(gpt.mel_head(states[:, -1]).float().log_softmax(-1), ids, sampling) + running[:, None]
        running, index = _chosen(scores.flatten(), sampling, generator)
        parents, codes = index // scores.shape[1], index % scores.shape[1]
        if gpt.config.stop_mel_token in codes.tolist():  # generate looks at every step, on the host
            raise AssertionError("the model is built never to stop")
        ids = torch.cat([ids[parents], codes[:, None]], dim=1)
        cache = [(keys[parents], values[parents]) for keys, values in cache]
        x = gpt.embed(codes[:, None], torch.tensor([number], device=device))
    return ids[0, len(prefix) + 1 :]


def second_pass(gpt: Gpt, prefix: Tensor, codes: Tensor) -> Tensor:
    """The states `[N, D]` that predict the codes `[N]`, from the whole row and a stop at once."""
    last = codes.new_tensor([gpt.config.stop_mel_token])
    numbers = torch.arange(1, len(codes) + 2, device=codes.device)
    rows = gpt.embed(torch.cat([codes, last]), numbers)
    states, _ = causal(gpt, torch.cat([prefix, gpt.start()[None], rows])[None], Cache())
    return states[0, len(prefix) : -2]


def causal(gpt: Gpt, x: Tensor, cache: Cache) -> tuple[Tensor, Cache]:
    """The states of rows `x [B, T, D]` after what is cached (nothing, or all but one row), and the longer cache."""
    grown = Cache()
    for i, block in enumerate(gpt.gpt.h):
        if not isinstance(block, Block):
            raise TypeError(type(block))
        attention = block.attn
        parts = attention.c_attn(block.ln_1(x)).chunk(3, dim=-1)
        q, k, v = (part.reshape(*x.shape[:2], attention.heads, -1).transpose(1, 2) for part in parts)
        if cache:
            k, v = torch.cat([cache[i][0], k], dim=2), torch.cat([cache[i][1], v], dim=2)
        grown.append((k, v))
        y = functional.scaled_dot_product_attention(q, k, v, is_causal=not cache)
        x = x + attention.c_proj(y.transpose(1, 2).flatten(2))
        x = x + block.mlp(block.ln_2(x))
    return gpt.final_norm(gpt.gpt.ln_f(x)), grown


def _warped(scores: Tensor, ids: Tensor, sampling: Sampling) -> Tensor:
    """Log-probabilities `[B, V]` as Hugging Face's processors leave them after the codes `ids [B, T]`."""
    seen = scores.gather(1, ids)
    penalised = torch.where(seen < 0, seen * sampling.repetition_penalty, seen / sampling.repetition_penalty)
    scores = scores.scatter(1, ids, penalised)
    if sampling.greedy:
        return scores
    scores = scores / sampling.temperature
    scores = scores.masked_fill(scores < scores.topk(sampling.top_k).values[:, -1:], float("-inf"))
    ordered, order = scores.sort()
    removed = ordered.softmax(-1).cumsum(-1) <= 1 - sampling.top_p
    removed[:, -FEWEST:] = False
    return scores.masked_fill(removed.scatter(1, order, removed), float("-inf"))


def _chosen(scores: Tensor, sampling: Sampling, generator: torch.Generator) -> tuple[Tensor, Tensor]:
    """The scores and places of the beams that go on, best first, of `[beams * V]` candidates."""
    if sampling.greedy:
        return tuple(scores.topk(sampling.beams))  # type: ignore[return-value]  # a named tuple of two
    index = torch.multinomial(scores.softmax(-1), 2 * sampling.beams, generator=generator)
    drawn, order = scores[index].sort(descending=True)
    return drawn[: sampling.beams], index[order[: sampling.beams]]
