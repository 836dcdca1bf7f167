"""What is to be spoken: texts and voices, no two of them alike."""

from collections.abc import Sequence
from dataclasses import dataclass

import torch
from torch import Tensor

from benchmarks.gpu.model import Model, Scale
from speech.indextts2.s2mel.regulator import FRAMES_PER_CODE

VOICES = 8

STRIDE = 11
"""Between the lengths of one text and the next: lengths come mixed, and all of them come."""


@dataclass(frozen=True, eq=False)
class Voice:
    """A recording's `semantic` features `[T, F]` and what the engine keeps of it, as in its `VoiceState`."""

    semantic: Tensor
    latents: Tensor
    emovec: Tensor
    style: Tensor
    prompt_condition: Tensor
    prompt_mel: Tensor


@dataclass(frozen=True, eq=False)
class Job:
    """A text's tokens `[n]`, and the number of codes that it takes."""

    text: Tensor
    codes: int
    voice: Voice
    seed: int


@torch.inference_mode()
def voices(model: Model, scale: Scale) -> list[Voice]:
    """Random recordings, from the shortest prompt to the longest."""
    low, high = scale.prompt_frames
    return [_voice(model, scale, low + (high - low) * i // (VOICES - 1), i) for i in range(VOICES)]


def _voice(model: Model, scale: Scale, frames: int, seed: int) -> Voice:
    generator = torch.Generator().manual_seed(seed)  # on the CPU: the same on every device

    def random(*shape: int) -> Tensor:
        return torch.randn(*shape, generator=generator).to(model.device)

    config = scale.config
    semantic = random(int(frames / FRAMES_PER_CODE), config.semantic_codec.hidden_size)
    return Voice(
        semantic,
        model.gpt.speaker_latents(semantic),
        model.gpt.emotion_vector(semantic),
        random(config.s2mel.style_encoder.dim),
        model.s2mel.regulate(semantic, frames),
        random(config.s2mel.preprocess_params.spect_params.n_mels, frames) * 2 - 5,
    )


def job(scale: Scale, voice: Voice, characters: int, seed: int) -> Job:
    """A Chinese text, of which IndexTTS2's tokens are two a character."""
    first, last = scale.config.gpt.stop_text_token + 1, scale.config.gpt.number_text_tokens
    text = torch.randint(first, last, (2 * characters,), generator=torch.Generator().manual_seed(seed))
    return Job(text, characters * scale.codes_per_character, voice, seed)


def jobs(scale: Scale, among: Sequence[Voice], count: int, take: int) -> list[Job]:
    """`count` jobs of mixed lengths; another `take` has other texts and seeds of the same lengths."""
    low, high = scale.characters
    lengths = [low + i * STRIDE % (high - low + 1) for i in range(count)]
    return [job(scale, among[i % len(among)], length, 1000 * take + i) for i, length in enumerate(lengths)]
