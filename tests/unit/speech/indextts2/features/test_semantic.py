import shutil
from pathlib import Path
from typing import Any

import pytest
import torch
from safetensors.torch import load_file, save_file
from transformers import SeamlessM4TFeatureExtractor, Wav2Vec2BertConfig, Wav2Vec2BertModel

from speech.indextts2.checkpoint import CheckpointError
from speech.indextts2.features.semantic import LAYERS, load_semantic
from tests.support.recordings import voice

SIZE = 16
STATISTICS = {"mean": torch.linspace(-1, 1, SIZE), "var": torch.linspace(0.5, 2, SIZE)}


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A small w2v-bert of the official make, with two layers too many, as the official one has seven."""
    torch.manual_seed(0)
    config = Wav2Vec2BertConfig(
        num_hidden_layers=LAYERS + 2,
        hidden_size=SIZE,
        num_attention_heads=2,
        intermediate_size=8,
        position_embeddings_type="relative_key",
        conv_depthwise_kernel_size=3,
    )
    path = tmp_path_factory.mktemp("w2v-bert-2.0")
    Wav2Vec2BertModel(config).save_pretrained(path)
    extractor: Any = SeamlessM4TFeatureExtractor
    extractor(padding_value=1).save_pretrained(path)
    return path


@pytest.mark.parametrize("count", [48000, 48160], ids=["even", "odd"])
def test_features_are_the_normalised_hidden_states(folder: Path, count: int) -> None:
    """The hidden states after the 17th layer of the whole model, less the mean, by the deviation; 50 a second.

    An odd number of 10 ms frames leaves half a step at the end, which is masked.
    """
    samples = voice(4.0, 16000)[:count]
    whole: Any = Wav2Vec2BertModel.from_pretrained(folder)
    whole.eval()
    inputs = SeamlessM4TFeatureExtractor.from_pretrained(folder)(samples, sampling_rate=16000, return_tensors="pt")
    with torch.inference_mode():
        hidden = whole(**inputs, output_hidden_states=True).hidden_states[17][0]
        actual = load_semantic(folder, STATISTICS, torch.float32, "cpu")(samples)
    assert 150 == pytest.approx(len(actual), abs=1)
    torch.testing.assert_close((hidden - STATISTICS["mean"]) / STATISTICS["var"].sqrt(), actual)


def test_later_layers_are_not_kept(folder: Path) -> None:
    """Only 17 layers take memory."""
    model = load_semantic(folder, STATISTICS, torch.float32, "cpu")._model
    assert LAYERS == len(model.encoder.layers)
    assert not model.training


def test_half_precision_gives_float32(folder: Path) -> None:
    """The model may run in bfloat16; what it says is near and in float32."""
    samples = voice(3.0, 16000)
    with torch.inference_mode():
        whole, half = (
            load_semantic(folder, STATISTICS, dtype, "cpu")(samples) for dtype in (torch.float32, torch.bfloat16)
        )
    assert torch.float32 == half.dtype
    assert (whole - half).abs().mean() < 0.05


def test_a_missing_weight_is_named(folder: Path, tmp_path: Path) -> None:
    """transformers would fill it with random numbers; here it is an error that names it."""
    for name in ("config.json", "preprocessor_config.json"):
        (tmp_path / name).write_bytes((folder / name).read_bytes())
    state = load_file(folder / "model.safetensors")
    del state["encoder.layers.3.self_attn.linear_q.weight"]
    save_file(state, tmp_path / "model.safetensors")
    with pytest.raises(CheckpointError, match=r"encoder\.layers\.3\.self_attn\.linear_q\.weight"):
        load_semantic(tmp_path, STATISTICS, torch.float32, "cpu")


@pytest.mark.parametrize("name", ["config.json", "preprocessor_config.json"])
def test_the_hub_is_never_asked(folder: Path, tmp_path: Path, name: str) -> None:
    """A folder that lacks a file is an error about it, whatever a hub, or transformers' defaults, might have."""
    shutil.copytree(folder, tmp_path, dirs_exist_ok=True)
    (tmp_path / name).unlink()
    with pytest.raises(OSError, match=tmp_path.name):
        load_semantic(tmp_path, STATISTICS, torch.float32, "cpu")


def test_official_keys() -> None:
    """The full-size model's keys, of which these are a sample, are those of facebook/w2v-bert-2.0."""
    with torch.device("meta"):
        state = Wav2Vec2BertModel(Wav2Vec2BertConfig(num_hidden_layers=LAYERS, mask_time_prob=0.0)).state_dict()
    expected = {
        "feature_projection.projection.weight": (1024, 160),
        "encoder.layers.16.self_attn.distance_embedding.weight": (73, 64),
        "encoder.layers.16.conv_module.depthwise_conv.weight": (1024, 1, 31),
        "encoder.layers.16.ffn2.output_dense.weight": (1024, 4096),
        "encoder.layers.0.final_layer_norm.bias": (1024,),
    }
    assert expected == {key: tuple(state[key].shape) for key in expected}
    assert "masked_spec_embed" not in state
    assert 411 == round(sum(tensor.numel() for tensor in state.values()) / 1e6)
