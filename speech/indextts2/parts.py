"""Each part of the model from its file in a checkpoint folder, in the type and on the device that are asked for.

On the meta device nothing is read but names and shapes: a dry run that says whether the files fit the configuration.
Every function raises `CheckpointError` or `ConfigurationError` about the file that does not.
"""

import json
from collections.abc import Callable
from pathlib import Path
from typing import TypeVar

import torch
import yaml  # type: ignore[import-untyped]  # its stubs are another package
from torch import Tensor, nn

from speech.indextts2 import files
from speech.indextts2.bigvgan.model import BigVgan, BigVganConfig
from speech.indextts2.checkpoint import CheckpointError, State, load, part, read
from speech.indextts2.configuration import Configuration, ConfigurationError, check_assumed, parse
from speech.indextts2.features import codec as codecs
from speech.indextts2.features.campplus import CampPlus, Sizes
from speech.indextts2.features.codec import Codec
from speech.indextts2.features.semantic import Semantic, load_semantic
from speech.indextts2.gpt import model as gpts
from speech.indextts2.gpt.model import Gpt
from speech.indextts2.s2mel.model import UNUSED, S2Mel

Device = torch.device | str
Module = TypeVar("Module", bound=nn.Module)


def configuration(folder: Path) -> Configuration:
    path = folder / files.CONFIG
    try:
        values = yaml.safe_load(path.read_text("utf-8"))
    except (OSError, ValueError, yaml.YAMLError) as error:
        raise ConfigurationError(f"{path}: 无法读取 (cannot be read)") from error
    found = _mapping(values, path)
    check_assumed(found, str(path))
    return parse(Configuration, found, str(path))


def gpt(folder: Path, config: Configuration, dtype: torch.dtype, device: Device) -> Gpt:
    path = folder / files.GPT
    module = _on_meta(lambda: Gpt(config.gpt, config.semantic_codec.hidden_size))
    return load(module, _unwrapped(read(path), "model"), path, dtype, device, gpts.IGNORED)


def s2mel(folder: Path, config: Configuration, dtype: torch.dtype, device: Device) -> S2Mel:
    path = folder / files.S2MEL
    module = _on_meta(lambda: S2Mel(config.s2mel, config.gpt.model_dim))
    return load(module, part(read(path), "net"), path, dtype, device, UNUSED)


def bigvgan_config(folder: Path) -> BigVganConfig:
    path = folder / files.BIGVGAN_CONFIG
    try:
        values = json.loads(path.read_text("utf-8"))
    except (OSError, ValueError) as error:
        raise ConfigurationError(f"{path}: 无法读取 (cannot be read)") from error
    return parse(BigVganConfig, _mapping(values, path), str(path))


def bigvgan(folder: Path, dtype: torch.dtype, device: Device) -> BigVgan:
    config = bigvgan_config(folder)
    weights = folder / files.BIGVGAN_WEIGHTS
    return load(_on_meta(lambda: BigVgan(config)), part(read(weights), "generator"), weights, dtype, device)


def codec(folder: Path, config: Configuration, dtype: torch.dtype, device: Device) -> Codec:
    path = folder / files.CODEC
    return load(_on_meta(lambda: Codec(config.semantic_codec)), read(path), path, dtype, device, codecs.UNUSED)


def campplus(folder: Path, dtype: torch.dtype, device: Device) -> CampPlus:
    path = folder / files.CAMPPLUS
    state = read(path)
    try:
        sizes = Sizes.of(state)
    except KeyError as error:
        raise CheckpointError(f"{path}: 缺少 (missing) {error.args[0]}") from error
    return load(_on_meta(lambda: CampPlus(sizes)), state, path, dtype, device)


def semantic(folder: Path, dtype: torch.dtype, device: Device) -> Semantic:
    try:
        return load_semantic(folder / files.SEMANTIC, statistics(folder), dtype, device)
    except (OSError, ValueError) as error:  # what transformers raises for a configuration that is missing or no JSON
        raise ConfigurationError(f"{folder / files.SEMANTIC}: 无法读取 (cannot be read)") from error


def statistics(folder: Path) -> State:
    """`mean` and `var` `[hidden_size]` of the semantic features."""
    path = folder / files.STATISTICS
    state = read(path)
    for key in ("mean", "var"):
        if key not in state:
            raise CheckpointError(f"{path}: 缺少 (missing) {key}")
    return state


def emotions(folder: Path) -> tuple[Tensor, Tensor]:
    """The matrices of speakers `[rows, style]` and of emotions `[rows, model_dim]`."""
    speakers, vectors = (_matrix(folder / name) for name in (files.SPEAKERS, files.EMOTIONS))
    return speakers, vectors


def _matrix(path: Path) -> Tensor:
    state = read(path)
    if "" not in state:
        raise CheckpointError(f"{path}: 不是一个矩阵 (not a matrix)")
    return state[""]


def _on_meta(build: Callable[[], Module]) -> Module:
    with torch.device("meta"):
        return build()


def _unwrapped(state: State, wrapper: str) -> State:
    return part(state, wrapper) or state


def _mapping(values: object, path: Path) -> dict[str, object]:
    if not isinstance(values, dict):
        raise ConfigurationError(f"{path}: 内容不对 (not a configuration)")
    return values
