"""Keys and shapes at the official dimensions: upstream's classes beside ours, without weights, on the meta device."""

import importlib
import json
from collections.abc import Callable, Iterator, Mapping
from fnmatch import fnmatchcase
from typing import Any

import torch
from torch import nn

from benchmarks.gpu.model import scale, unfilled
from benchmarks.parity.checkpoint import DIMENSIONS, merged, upstream_config
from benchmarks.parity.findings import Finding
from speech.indextts2.features import codec as codecs
from speech.indextts2.features.campplus import CampPlus, Sizes
from speech.indextts2.gpt import IGNORED
from speech.indextts2.s2mel import UNUSED

Shapes = dict[str, tuple[int, ...]]


def structures() -> Iterator[Finding]:
    """For each of upstream's files: whether our network has every key, in the same shape, but for the unused ones."""
    full = json.loads(DIMENSIONS.read_text("utf-8"))["full"]
    with torch.device("meta"):
        ours = unfilled(scale("full"))
    given = importlib.import_module("omegaconf").OmegaConf.create(merged(upstream_config(), full["config"]))
    pairs: dict[str, tuple[Callable[[], Any], nn.Module, tuple[str, ...]]] = {
        "gpt.pth": (
            lambda: _class("gpt.model_v2", "UnifiedVoice")(**given.gpt),
            ours.gpt,
            IGNORED,
        ),
        "s2mel.pth": (
            lambda: _class("s2mel.modules.commons", "MyModel")(given.s2mel, use_gpt_latent=True).models,
            ours.s2mel,
            UNUSED,
        ),
        "codec": (
            lambda: _class("utils.maskgct.models.codec.kmeans.repcodec_model", "RepCodec")(cfg=given.semantic_codec),
            ours.codec,
            codecs.UNUSED,
        ),
        "CAM++": (
            lambda: _class("s2mel.modules.campplus.DTDNN", "CAMPPlus")(feat_dim=80, embedding_size=192),
            CampPlus(Sizes()),
            (),
        ),
        "BigVGAN": (
            lambda: _class("s2mel.modules.bigvgan.bigvgan", "BigVGAN")(
                _class("s2mel.modules.bigvgan.env", "AttrDict")(full["bigvgan"])
            ),
            ours.vocoder,
            (),
        ),
    }
    for name, (theirs, network, unused) in pairs.items():
        with torch.device("meta"):
            upstream = theirs()
        yield _compared(name, _shapes(network.state_dict()), _shapes(upstream.state_dict()), unused)


def _class(module: str, name: str) -> Any:
    return getattr(importlib.import_module(f"indextts.{module}"), name)


def _shapes(state: Mapping[str, torch.Tensor]) -> Shapes:
    """Weight norm's two tensors as the one that they stand for."""
    found = {}
    for key, value in state.items():
        if key.endswith(("weight_g", "original0")):
            continue
        name = key.removesuffix("_v") if key.endswith("weight_v") else key
        found[name.replace("parametrizations.weight.original1", "weight")] = tuple(value.shape)
    return found


def _compared(name: str, ours: Shapes, theirs: Shapes, unused: tuple[str, ...]) -> Finding:
    used = {
        key: shape
        for key, shape in theirs.items()
        if key in ours or not any(fnmatchcase(key, pattern) for pattern in unused)
    }
    differing = sorted(key for key in ours.keys() | used.keys() if ours.get(key) != used.get(key))
    equal = len(ours.keys() | used.keys()) - len(differing)
    return {
        "part": f"official dimensions: {name}",
        "keys": len(used),
        "equal_keys": equal,
        "differing": differing,
        "judged": True,
        "same": not differing,
    }
