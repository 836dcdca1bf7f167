"""A model of the official dimensions with random weights, built on the device itself."""

import json
import math
from dataclasses import dataclass
from pathlib import Path
from typing import TypeVar

import torch
from torch import Tensor, nn

from speech.indextts2.bigvgan import BigVgan, BigVganConfig
from speech.indextts2.configuration import Configuration, parse
from speech.indextts2.features.codec import Codec
from speech.indextts2.gpt import Gpt
from speech.indextts2.gpt.transformer import Projection
from speech.indextts2.s2mel import S2Mel

Module = TypeVar("Module", bound=nn.Module)

DIMENSIONS = Path(__file__).with_name("dimensions.json")

NEVER = -1e4
"""The logit of the codes that would end a row or that the codec does not know; half precision holds it."""

VOCODER_GAIN = 0.6
"""Of its weights: the convolutions matter, and the waveform is not cut off at −1 and 1."""


@dataclass(frozen=True)
class Scale:
    """The dimensions of the model and of the work it is given."""

    config: Configuration
    bigvgan: BigVganConfig
    characters: tuple[int, int]
    """Of a text, from the shortest to the longest."""

    codes_per_character: int
    prompt_frames: tuple[int, int]
    repeats: int
    """Besides the first time, which counts only if there is no other."""

    @property
    def sample_rate(self) -> int:
        return self.config.s2mel.preprocess_params.sr


@dataclass(frozen=True)
class Precision:
    gpt: torch.dtype
    s2mel: torch.dtype
    vocoder: torch.dtype


HALF = Precision(torch.float16, torch.bfloat16, torch.float16)
FULL = Precision(torch.float32, torch.float32, torch.float32)


@dataclass(frozen=True)
class Model:
    gpt: Gpt
    s2mel: S2Mel
    codec: Codec
    vocoder: BigVgan

    @property
    def device(self) -> torch.device:
        return self.gpt.mel_head.weight.device

    @property
    def nbytes(self) -> int:
        parts: tuple[nn.Module, ...] = (self.gpt, self.s2mel, self.codec, self.vocoder)
        return sum(tensor.nbytes for part in parts for tensor in part.state_dict().values())


def scale(name: str) -> Scale:
    """`full` or `tiny`."""
    return parse(Scale, json.loads(DIMENSIONS.read_text("utf-8"))[name], DIMENSIONS.name)


def build(dimensions: Scale, precision: Precision, device: torch.device) -> Model:
    """The same weights each time on a device, rounded to the precision; the codec stays in float32."""
    with torch.device(device), torch.no_grad():
        model = unfilled(dimensions)
        gpt = _filled(model.gpt, 1.0)
        gpt.mel_head.bias[dimensions.config.semantic_codec.codebook_size :] = NEVER
        parts = (
            _ready(gpt, precision.gpt),
            _ready(_filled(model.s2mel, 1.0), precision.s2mel),
            _ready(_filled(model.codec, 1.0), torch.float32),
            _ready(_filled(model.vocoder, VOCODER_GAIN), precision.vocoder),
        )
    return Model(*parts)


def unfilled(dimensions: Scale) -> Model:
    """On torch's default device, such as `meta`, where it is nothing but keys and shapes."""
    config = dimensions.config
    return Model(
        Gpt(config.gpt, config.semantic_codec.hidden_size),
        S2Mel(config.s2mel, config.gpt.model_dim),
        Codec(config.semantic_codec),
        BigVgan(dimensions.bigvgan),
    )


def _filled(module: Module, gain: float) -> Module:
    """Matrices such that what passes through them keeps its size; no biases, norms that do nothing."""
    generator: torch.Generator | None = None
    for part in module.modules():
        for name, weight in part.named_parameters(recurse=False):
            generator = generator or torch.Generator(weight.device).manual_seed(0)
            if weight.dim() > 1:
                weight.normal_(0, gain / math.sqrt(_inputs(part, weight)), generator=generator)
            elif name == "bias":
                weight.zero_()
    return module


def _inputs(part: nn.Module, weight: Tensor) -> int:
    if isinstance(part, nn.Embedding):
        return 1
    return weight.shape[0] if isinstance(part, Projection) else weight[0].numel()


def _ready(module: Module, dtype: torch.dtype) -> Module:
    return module.to(dtype).eval().requires_grad_(requires_grad=False)
