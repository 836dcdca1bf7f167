import pytest
import torch
from torch import Tensor
from torch.nn.functional import conv1d, gelu, layer_norm

from speech.indextts2 import configuration
from speech.indextts2.checkpoint import State, load, part
from speech.indextts2.features.codec import UNUSED, Codec

OFFICIAL = configuration.Codec(
    codebook_size=8192,
    hidden_size=1024,
    codebook_dim=8,
    vocos_dim=384,
    vocos_intermediate_dim=2048,
    vocos_num_layers=12,
)
SMALL = configuration.Codec(
    codebook_size=40, hidden_size=16, codebook_dim=4, vocos_dim=12, vocos_intermediate_dim=24, vocos_num_layers=2
)


@pytest.fixture
def codec() -> Codec:
    torch.manual_seed(0)
    return Codec(SMALL).eval()


def _official_state(codec: Codec) -> State:
    """As semantic_codec/model.safetensors holds it: weight norm unfolded, and with a decoder."""
    state: State = {}
    for key, value in codec.state_dict().items():
        if key.endswith("project.weight"):
            state[f"{key}_g"] = value.norm(dim=(1, 2), keepdim=True)
            state[f"{key}_v"] = 3 * value
        else:
            state[key] = value
        if key.startswith("encoder."):
            state[key.replace("encoder.", "decoder.")] = torch.ones_like(value)
    return state


def test_official_keys() -> None:
    """The full-size model has the 121 keys that the official file has outside its decoder; a sample of them."""
    with torch.device("meta"):
        codec = Codec(OFFICIAL)
    state = codec.state_dict()
    assert 121 == len(state)
    expected = {
        "encoder.0.embed.weight": (384, 1024, 7),
        "encoder.0.norm.bias": (384,),
        "encoder.0.convnext.11.gamma": (384,),
        "encoder.0.convnext.0.dwconv.weight": (384, 1, 7),
        "encoder.0.convnext.0.pwconv1.weight": (2048, 384),
        "encoder.0.convnext.0.pwconv2.bias": (384,),
        "encoder.0.final_layer_norm.weight": (384,),
        "encoder.1.weight": (1024, 384),
        "quantizer.quantizers.0.in_project.weight": (8, 1024, 1),
        "quantizer.quantizers.0.out_project.weight": (1024, 8, 1),
        "quantizer.quantizers.0.codebook.weight": (8192, 8),
    }
    assert expected == {key: tuple(state[key].shape) for key in expected}


def test_the_official_layout_is_loaded(codec: Codec, caplog: pytest.LogCaptureFixture) -> None:
    """Weight norm is folded and the decoder left out, without a word."""
    features, state = torch.randn(9, 16), _official_state(codec)
    with torch.device("meta"):
        other = Codec(SMALL)
    load(other, state, "codec", torch.float32, "cpu", ignore=UNUSED)
    torch.testing.assert_close(codec.quantize(features), other.quantize(features))
    assert not caplog.records


def test_codes_are_those_nearest_in_direction(codec: Codec) -> None:
    """Each frame's code is the entry with the largest cosine to its projection, whatever the lengths."""
    level = codec.quantizer.level
    level.codebook.weight.data *= torch.linspace(0.1, 5, SMALL.codebook_size)[:, None]
    features = torch.randn(50, 16)
    hidden = codec.encoder(features[None])[0]
    projected = level.in_project(hidden.T).T
    cosines = torch.cosine_similarity(projected[:, None], level.codebook.weight[None], dim=-1)
    assert torch.equal(cosines.argmax(dim=1), codec.codes(features))


def test_every_code_is_embedded(codec: Codec) -> None:
    """All of a sequence's codes, not only the first, which is upstream's trap: projected entries of the codebook."""
    codes, state = torch.tensor([3, 39, 0, 3]), part(codec.state_dict(), "quantizer.quantizers.0")
    expected = state["codebook.weight"][codes] @ state["out_project.weight"][:, :, 0].T + state["out_project.bias"]
    torch.testing.assert_close(expected, codec.embed(codes))
    assert torch.equal(codec.embed(codes)[0], codec.embed(codes)[3])


def test_quantizing_is_embedding_the_codes(codec: Codec) -> None:
    """What is quantized is exactly what its codes stand for."""
    features = torch.randn(20, 16)
    assert torch.equal(codec.embed(codec.codes(features)), codec.quantize(features))
    assert len(set(codec.codes(features).tolist())) > 3


def test_the_encoder_is_vocos(codec: Codec) -> None:
    """A convolution, blocks that each add to what they get, and norms, all written out over the checkpoint's keys."""
    state = part(codec.state_dict(), "encoder")
    for key in state:
        if key.endswith("gamma"):
            state[key].uniform_()

    def norm(key: str, x: Tensor) -> Tensor:
        return layer_norm(x, (SMALL.vocos_dim,), state[f"{key}.weight"], state[f"{key}.bias"], eps=1e-6)

    def conv(key: str, x: Tensor, groups: int = 1) -> Tensor:
        return conv1d(x.T[None], state[f"{key}.weight"], state[f"{key}.bias"], padding=3, groups=groups)[0].T

    def dense(key: str, x: Tensor) -> Tensor:
        return x @ state[f"{key}.weight"].T + state[f"{key}.bias"]

    features = torch.randn(11, 16)
    x = norm("0.norm", conv("0.embed", features))
    for block in ("0.convnext.0", "0.convnext.1"):
        inner = gelu(dense(f"{block}.pwconv1", norm(f"{block}.norm", conv(f"{block}.dwconv", x, SMALL.vocos_dim))))
        x = x + state[f"{block}.gamma"] * dense(f"{block}.pwconv2", inner)
    torch.testing.assert_close(dense("1", norm("0.final_layer_norm", x)), codec.encoder(features[None])[0])
