"""An IndexTTS-2 checkpoint's `config.yaml` (and BigVGAN's `config.json`): every dimension comes from here."""

from collections.abc import Mapping
from dataclasses import dataclass, fields, is_dataclass
from typing import Any, TypeVar, get_type_hints

Part = TypeVar("Part")


class ConfigurationError(Exception):
    """The configuration lacks a key that the model needs, or holds a value that this engine does not know."""


@dataclass(frozen=True)
class Conformer:
    """A conditioning encoder; `perceiver_mult` widens the perceiver's feed-forward layers."""

    output_size: int
    linear_units: int
    attention_heads: int
    num_blocks: int
    perceiver_mult: int
    input_layer: str = "conv2d2"


@dataclass(frozen=True)
class Gpt:
    model_dim: int
    heads: int
    layers: int
    max_mel_tokens: int
    max_text_tokens: int
    number_text_tokens: int
    number_mel_codes: int
    start_mel_token: int
    stop_mel_token: int
    start_text_token: int
    stop_text_token: int
    condition_module: Conformer
    emo_condition_module: Conformer


@dataclass(frozen=True)
class Codec:
    """MaskGCT's semantic codec: features `[T, hidden_size]` to codes below `codebook_size`."""

    codebook_size: int
    hidden_size: int
    codebook_dim: int
    vocos_dim: int
    vocos_intermediate_dim: int
    vocos_num_layers: int


@dataclass(frozen=True)
class Spectrogram:
    n_fft: int
    win_length: int
    hop_length: int
    n_mels: int
    fmin: float


@dataclass(frozen=True)
class Preprocess:
    sr: int
    spect_params: Spectrogram


@dataclass(frozen=True)
class LengthRegulator:
    channels: int
    in_channels: int
    sampling_ratios: tuple[int, ...]
    content_codebook_size: int


@dataclass(frozen=True)
class Dit:
    hidden_dim: int
    num_heads: int
    depth: int
    in_channels: int
    content_dim: int
    content_codebook_size: int
    block_size: int


@dataclass(frozen=True)
class WaveNet:
    hidden_dim: int
    num_layers: int
    kernel_size: int
    dilation_rate: int


@dataclass(frozen=True)
class StyleEncoder:
    dim: int


@dataclass(frozen=True)
class S2Mel:
    preprocess_params: Preprocess
    style_encoder: StyleEncoder
    length_regulator: LengthRegulator
    DiT: Dit
    wavenet: WaveNet


@dataclass(frozen=True)
class Configuration:
    """The whole of `config.yaml`; file names are relative to its folder."""

    gpt: Gpt
    semantic_codec: Codec
    s2mel: S2Mel
    emo_num: tuple[int, ...]


def parse(kind: type[Part], values: Mapping[str, Any], where: str = "config.yaml") -> Part:
    """An instance of the dataclass `kind`; keys that it does not name are passed over, since upstream keeps many."""
    hints = get_type_hints(kind)
    known = {}
    for field in fields(kind):  # type: ignore[arg-type]
        if field.name not in values:
            if field.name in kind.__dict__:  # it has a default
                continue
            raise ConfigurationError(f"{where}: 缺少 {field.name} (missing)")
        value, hint = values[field.name], hints[field.name]
        if is_dataclass(hint):
            value = parse(hint, value, f"{where}: {field.name}")  # type: ignore[arg-type]
        known[field.name] = tuple(value) if isinstance(value, list) else value
    return kind(**known)


ASSUMED: dict[str, tuple[Any, ...]] = {
    "gpt.condition_type": ("conformer_perceiver",),
    "gpt.use_mel_codes_as_input": (True,),
    "s2mel.preprocess_params.spect_params.fmax": ("None", None),
    "s2mel.dit_type": ("DiT",),
    "s2mel.length_regulator.is_discrete": (False,),
    "s2mel.length_regulator.vector_quantize": (False,),
    "s2mel.length_regulator.f0_condition": (False,),
    "s2mel.DiT.style_condition": (True,),
    "s2mel.DiT.final_layer_type": ("wavenet",),
    "s2mel.DiT.target": ("mel",),
    "s2mel.DiT.content_type": ("discrete",),
    "s2mel.DiT.f0_condition": (False,),
    "s2mel.DiT.is_causal": (False,),
    "s2mel.DiT.long_skip_connection": (True,),
    "s2mel.DiT.zero_prompt_speech_token": (False,),
    "s2mel.DiT.time_as_token": (False,),
    "s2mel.DiT.style_as_token": (False,),
    "s2mel.DiT.uvit_skip_connection": (True,),
    "s2mel.DiT.add_resblock_in_transformer": (False,),
    "s2mel.wavenet.style_condition": (True,),
    "vocoder.type": ("bigvgan",),
}
"""What this engine takes for granted, as the official files have it. With another value weights could load, and sound
wrong."""


def check_assumed(values: Mapping[str, Any], where: str) -> None:
    """`ConfigurationError` if a value that is there is another than this engine knows."""
    for name, known in ASSUMED.items():
        *folders, key = name.split(".")
        found: Any = values
        for folder in folders:
            found = found.get(folder) if isinstance(found, Mapping) else None
        if isinstance(found, Mapping) and key in found and found[key] not in known:
            raise ConfigurationError(f"{where}: 不支持 (not supported): {name}: {found[key]}")
