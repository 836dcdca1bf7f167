from collections.abc import Iterator

import torch

from speech.indextts2.checkpoint import fold_weight_norm, problems
from speech.indextts2.configuration import S2Mel as Config
from speech.indextts2.s2mel import UNUSED, S2Mel

Shapes = Iterator[tuple[str, tuple[int, ...]]]


def _official() -> Shapes:
    """Every key below `net` of the official `s2mel.pth`, with weight norm as it is stored there."""
    yield from _linear("gpt_layer.0", 1280, 256)
    yield from _linear("gpt_layer.1", 256, 128)
    yield from _linear("gpt_layer.2", 128, 1024)
    yield from _regulator()
    yield from _estimator()
    yield from _transformer("cfm.estimator.transformer")
    yield from _wavenet("cfm.estimator.wavenet")


def _regulator() -> Shapes:
    name = "length_regulator"
    yield f"{name}.mask_token", (1, 512)
    yield f"{name}.embedding.weight", (2048, 512)
    yield from _linear(f"{name}.content_in_proj", 1024, 512)
    for layer in (0, 3, 6, 9):
        yield from _linear(f"{name}.model.{layer}", 512, 512, 3)
        yield f"{name}.model.{layer + 1}.weight", (512,)
        yield f"{name}.model.{layer + 1}.bias", (512,)
    yield from _linear(f"{name}.model.12", 512, 512, 1)


def _estimator() -> Shapes:
    name = "cfm.estimator"
    yield f"{name}.input_pos", (16384,)
    yield f"{name}.cond_embedder.weight", (1024, 512)
    yield f"{name}.content_mask_embedder.weight", (1, 512)
    yield from _normed(f"{name}.x_embedder", 80, 512)
    yield from _linear(f"{name}.cond_projection", 512, 512)
    yield from _linear(f"{name}.cond_x_merge_linear", 864, 512)
    for embedder in ("t_embedder", "t_embedder2"):
        yield f"{name}.{embedder}.freqs", (128,)
        yield from _linear(f"{name}.{embedder}.mlp.0", 256, 512)
        yield from _linear(f"{name}.{embedder}.mlp.2", 512, 512)
    yield from _linear(f"{name}.skip_linear", 592, 512)
    yield from _linear(f"{name}.conv1", 512, 512)
    yield from _linear(f"{name}.conv2", 512, 80, 1)
    yield from _linear(f"{name}.res_projection", 512, 512)
    yield from _normed(f"{name}.final_layer.linear", 512, 512)
    yield from _linear(f"{name}.final_layer.adaLN_modulation.1", 512, 1024)


def _transformer(name: str) -> Shapes:
    for layer in (f"{name}.layers.{i}" for i in range(13)):
        yield f"{layer}.attention.wqkv.weight", (1536, 512)
        yield f"{layer}.attention.wo.weight", (512, 512)
        yield f"{layer}.feed_forward.w1.weight", (1536, 512)
        yield f"{layer}.feed_forward.w3.weight", (1536, 512)
        yield f"{layer}.feed_forward.w2.weight", (512, 1536)
        yield from _linear(f"{layer}.skip_in_linear", 1024, 512)
        for norm in ("attention_norm", "ffn_norm"):
            yield from _adaptive(f"{layer}.{norm}")
    yield from _adaptive(f"{name}.norm")


def _wavenet(name: str) -> Shapes:
    yield from _normed(f"{name}.cond_layer.conv.conv", 512, 8192, 1)
    for i in range(8):
        yield from _normed(f"{name}.in_layers.{i}.conv.conv", 512, 1024, 5)
        yield from _normed(f"{name}.res_skip_layers.{i}.conv.conv", 512, 512 if i == 7 else 1024, 1)


def _adaptive(name: str) -> Shapes:
    yield f"{name}.norm.weight", (512,)
    yield from _linear(f"{name}.project_layer", 512, 1024)


def _linear(name: str, inputs: int, outputs: int, *kernel: int) -> Shapes:
    yield f"{name}.weight", (outputs, inputs, *kernel)
    yield f"{name}.bias", (outputs,)


def _normed(name: str, inputs: int, outputs: int, *kernel: int) -> Shapes:
    yield f"{name}.weight_g", (outputs, 1, *(1 for _ in kernel))
    yield f"{name}.weight_v", (outputs, inputs, *kernel)
    yield f"{name}.bias", (outputs,)


def test_every_official_key_has_its_place(official: Config) -> None:
    """At full size the official file's 284 keys, folded and without the unused, are exactly ours."""
    with torch.device("meta"):
        model = S2Mel(official, 1280)
        state = {key: torch.empty(shape) for key, shape in _official()}
    assert 284 == len(state)
    assert [] == problems(model, fold_weight_norm(state), UNUSED)


def test_no_pattern_hides_a_key_that_is_used(model: S2Mel) -> None:
    """What is ignored is nowhere in the model."""
    assert [] == problems(model, model.state_dict(), UNUSED)
    for key in model.state_dict():
        lacking = {other: tensor for other, tensor in model.state_dict().items() if other != key}
        assert [f"缺少 (missing) {key}"] == problems(model, lacking, UNUSED)


def test_content_is_the_codes_and_what_the_gpt_adds(model: S2Mel) -> None:
    """The GPT's states go through three linear layers, with nothing between, and are added to the codes."""
    embedding, hidden = torch.randn(5, 24), torch.randn(5, 20)
    added = hidden
    for layer in ("0", "1", "2"):
        weights = model.gpt_layer.get_submodule(layer).state_dict()
        added = added @ weights["weight"].T + weights["bias"]
    assert torch.allclose(embedding + added, model.content(embedding, hidden), atol=1e-5)
