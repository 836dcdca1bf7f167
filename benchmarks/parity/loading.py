"""Upstream's program with what it cannot do here replaced; README.md lists the replacements."""

import importlib
import sys
from collections.abc import Callable
from functools import partial
from pathlib import Path
from types import ModuleType, SimpleNamespace
from typing import Any
from unittest.mock import patch

from speech.indextts2 import files

CAMPPLUS = {"growth_rate": 4, "bn_size": 1, "init_channels": 16}
"""The sizes that our checkpoint writer gives it; upstream has the official ones in its code."""


def load(folder: Path) -> Any:
    """An `indextts.infer_v2.IndexTTS2` of the checkpoint in `folder`, on the CPU in float32."""
    _without_extension()
    module = importlib.import_module("indextts.infer_v2")
    semantic = importlib.import_module("indextts.utils.maskgct_utils")
    flow = importlib.import_module("indextts.s2mel.modules.flow_matching")
    local = {"model.safetensors": folder / files.CODEC, "campplus_cn_common.bin": folder / files.CAMPPLUS}
    replaced: dict[tuple[Any, str], Any] = {
        (module, "hf_hub_download"): lambda _, filename: str(local[Path(filename).name]),
        (module, "SeamlessM4TFeatureExtractor"): _from(folder, module.SeamlessM4TFeatureExtractor),
        (semantic, "Wav2Vec2BertModel"): _from(folder, semantic.Wav2Vec2BertModel),
        (module, "CAMPPlus"): partial(module.CAMPPlus, **CAMPPLUS),
        (module, "QwenEmotion"): lambda _: None,
        (module.TextNormalizer, "_get_nemo_normalizer"): lambda *_: SimpleNamespace(normalize=_verbatim),
    }
    patches = [patch.object(target, name, value) for (target, name), value in replaced.items()]
    for each in patches:
        each.start()
    try:
        program = module.IndexTTS2(str(folder), device="cpu")
    finally:
        for each in patches:
            each.stop()
    vars(flow)["tqdm"] = lambda steps: steps  # no progress bars in a report
    positions = program.gpt.mel_pos_embedding
    positions.get_fixed_embedding = lambda index, _: positions.emb.weight[None, index - 1, None]
    return program


def _without_extension() -> None:
    """torchaudio's compiled part does not load beside torch's CPU build, and nothing here needs it."""
    extension: Any = ModuleType("torchaudio._extension")
    extension._IS_TORCHAUDIO_EXT_AVAILABLE = False  # noqa: SLF001 - torchaudio's own name
    extension.fail_if_no_align = _same
    sys.modules["torchaudio._extension"] = extension


def _same(function: Callable[..., Any]) -> Callable[..., Any]:
    return function


def _from(folder: Path, kind: Any) -> SimpleNamespace:
    """The class as upstream uses it, which asks the hub for w2v-bert."""
    return SimpleNamespace(from_pretrained=lambda _: kind.from_pretrained(folder / files.SEMANTIC))


def _verbatim(text: str, verbose: bool) -> str:  # noqa: FBT001 - NeMo's signature
    del verbose
    return text
