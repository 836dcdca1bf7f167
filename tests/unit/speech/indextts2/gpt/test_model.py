import dataclasses
import re

import pytest
import torch

from speech.indextts2.configuration import ConfigurationError, Conformer
from speech.indextts2.configuration import Gpt as Configuration
from speech.indextts2.gpt import IGNORED, Gpt
from speech.indextts2.gpt.conformer import Attention as ConformerAttention
from speech.indextts2.gpt.perceiver import HEAD
from speech.indextts2.gpt.perceiver import Attention as PerceiverAttention

FULL = Configuration(
    model_dim=1280,
    heads=20,
    layers=24,
    max_mel_tokens=1815,
    max_text_tokens=600,
    number_text_tokens=12000,
    number_mel_codes=8194,
    start_mel_token=8192,
    stop_mel_token=8193,
    start_text_token=0,
    stop_text_token=1,
    condition_module=Conformer(
        output_size=512, linear_units=2048, attention_heads=8, num_blocks=6, perceiver_mult=2, input_layer="conv2d2"
    ),
    emo_condition_module=Conformer(
        output_size=512, linear_units=1024, attention_heads=4, num_blocks=4, perceiver_mult=2, input_layer="conv2d2"
    ),
)

OFFICIAL = """
conditioning_encoder.embed.conv.0.{weight 512x1x3x3, bias 512}
conditioning_encoder.embed.out.0.{weight 512x261632, bias 512}
conditioning_encoder.embed.pos_enc.pe 1x5000x512
conditioning_encoder.after_norm.{weight, bias} 512
6 conditioning_encoder.encoders.#.self_attn.{linear_q, linear_k, linear_v, linear_out}.{weight 512x512, bias 512}
6 conditioning_encoder.encoders.#.self_attn.{linear_pos.weight 512x512, pos_bias_u 8x64, pos_bias_v 8x64}
6 conditioning_encoder.encoders.#.feed_forward.{w_1.weight 2048x512, w_1.bias 2048}
6 conditioning_encoder.encoders.#.feed_forward.{w_2.weight 512x2048, w_2.bias 512}
6 conditioning_encoder.encoders.#.conv_module.pointwise_conv1.{weight 1024x512x1, bias 1024}
6 conditioning_encoder.encoders.#.conv_module.depthwise_conv.{weight 512x1x15, bias 512}
6 conditioning_encoder.encoders.#.conv_module.pointwise_conv2.{weight 512x512x1, bias 512}
6 conditioning_encoder.encoders.#.{conv_module.norm, norm_ff, norm_mha, norm_conv, norm_final}.{weight, bias} 512
perceiver_encoder.{latents 32x1280, proj_context.weight 1280x512, proj_context.bias 1280, norm.gamma 1280}
2 perceiver_encoder.layers.#.0.{to_q.weight 512x1280, to_kv.weight 1024x1280, to_out.weight 1280x512}
2 perceiver_encoder.layers.#.1.{0.weight 3412x1280, 0.bias 3412, 2.weight 1280x1706, 2.bias 1280}
emo_conditioning_encoder.embed.conv.0.{weight 512x1x3x3, bias 512}
emo_conditioning_encoder.embed.out.0.{weight 512x261632, bias 512}
emo_conditioning_encoder.embed.pos_enc.pe 1x5000x512
emo_conditioning_encoder.after_norm.{weight, bias} 512
4 emo_conditioning_encoder.encoders.#.self_attn.{linear_q, linear_k, linear_v, linear_out}.{weight 512x512, bias 512}
4 emo_conditioning_encoder.encoders.#.self_attn.{linear_pos.weight 512x512, pos_bias_u 4x128, pos_bias_v 4x128}
4 emo_conditioning_encoder.encoders.#.feed_forward.{w_1.weight 1024x512, w_1.bias 1024}
4 emo_conditioning_encoder.encoders.#.feed_forward.{w_2.weight 512x1024, w_2.bias 512}
4 emo_conditioning_encoder.encoders.#.conv_module.pointwise_conv1.{weight 1024x512x1, bias 1024}
4 emo_conditioning_encoder.encoders.#.conv_module.depthwise_conv.{weight 512x1x15, bias 512}
4 emo_conditioning_encoder.encoders.#.conv_module.pointwise_conv2.{weight 512x512x1, bias 512}
4 emo_conditioning_encoder.encoders.#.{conv_module.norm, norm_ff, norm_mha, norm_conv, norm_final}.{weight, bias} 512
emo_perceiver_encoder.{latents 1x1024, proj_context.weight 1024x512, proj_context.bias 1024, norm.gamma 1024}
2 emo_perceiver_encoder.layers.#.0.{to_q.weight 256x1024, to_kv.weight 512x1024, to_out.weight 1024x256}
2 emo_perceiver_encoder.layers.#.1.{0.weight 2730x1024, 0.bias 2730, 2.weight 1024x1365, 2.bias 1024}
emovec_layer.{weight 1280x1024, bias 1280}
emo_layer.{weight 1280x1280, bias 1280}
speed_emb.weight 2x1280
text_embedding.weight 12001x1280
text_pos_embedding.emb.weight 602x1280
mel_embedding.weight 8194x1280
mel_pos_embedding.emb.weight 1818x1280
24 gpt.h.#.{ln_1, ln_2}.{weight, bias} 1280
24 gpt.h.#.attn.{c_attn.weight 1280x3840, c_attn.bias 3840, c_proj.weight 1280x1280, c_proj.bias 1280}
24 gpt.h.#.mlp.{c_fc.weight 1280x5120, c_fc.bias 5120, c_proj.weight 5120x1280, c_proj.bias 1280}
gpt.ln_f.{weight, bias} 1280
final_norm.{weight, bias} 1280
text_head.{weight 12001x1280, bias 12001}
mel_head.{weight 8194x1280, bias 8194}
"""
"""Every key and shape of the official `gpt.pth`; a number in front says how many there are of what has a #."""


def _alternatives(text: str) -> list[str]:
    """What `a.{b, c}` stands for: `a.b` and `a.c`."""
    found = re.search(r"\{([^}]*)\}", text)
    if found is None:
        return [text]
    before, after = text[: found.start()], text[found.end() :]
    return [each for part in found[1].split(", ") for each in _alternatives(before + part + after)]


def _official() -> dict[str, str]:
    shapes: dict[str, str] = {}
    for line in OFFICIAL.strip().splitlines():
        count, _, pattern = line.partition(" ") if line[0].isdigit() else ("1", "", line)
        for entry in _alternatives(pattern):
            key, shape = re.sub(r"(\S+) (\S+?)(\.\S+)?$", r"\1\3 \2", entry).split(" ")
            shapes |= {key.replace("#", str(number)): shape for number in range(int(count))}
    return shapes


def test_the_keys_are_the_official_ones_at_full_size() -> None:
    """The state dict has the keys and the shapes of the official checkpoint, but for the head that only trains."""
    official = _official()
    assert 665 == len(official)
    with torch.device("meta"):
        gpt = Gpt(FULL, 1024)
    ours = {key: "x".join(map(str, tensor.shape)) for key, tensor in gpt.state_dict().items()}
    assert {key: shape for key, shape in official.items() if key not in IGNORED} == ours
    assert set(IGNORED) == official.keys() - ours.keys()


def test_the_prefix_is_voice_then_text(gpt: Gpt) -> None:
    """Latents with the emotion added, the constant speed rows, and the text between its start and stop tokens."""
    size = gpt.config.model_dim
    latents, emotion, text = torch.randn(32, size), torch.randn(size), torch.tensor([7, 9, 8])
    prefix = gpt.prefix(latents, emotion, text)
    assert (32 + 2 + 5, size) == prefix.shape
    assert torch.equal(latents + emotion, prefix[:32])
    assert torch.equal(gpt.speed_emb.weight[[1, 0]], prefix[32:34])
    rows = gpt.text_embedding.weight[[0, 7, 9, 8, 1]] + gpt.text_pos_embedding.emb.weight[:5]
    assert torch.equal(rows, prefix[34:])


def test_start_and_stop_within_a_text_are_left_out(gpt: Gpt) -> None:
    """As upstream: text tokens 0 and 1 are not said, and take no position."""
    latents, emotion = torch.zeros(32, gpt.config.model_dim), torch.zeros(gpt.config.model_dim)
    clean, dirty = torch.tensor([7, 9]), torch.tensor([0, 7, 1, 9, 1])
    assert torch.equal(gpt.prefix(latents, emotion, clean), gpt.prefix(latents, emotion, dirty))


@pytest.mark.parametrize("length", [3, 4, 60])
def test_a_recording_of_any_length_gives_a_voice(gpt: Gpt, length: int) -> None:
    """32 rows for the speaker and one for the emotion, that tell recordings apart."""
    features = gpt.emovec_layer.in_features
    first, second = torch.randn(2, length, features, generator=torch.Generator().manual_seed(length))
    size = gpt.config.model_dim
    assert (32, size) == gpt.speaker_latents(first).shape
    assert (size,) == gpt.emotion_vector(first).shape
    assert not torch.allclose(gpt.speaker_latents(first), gpt.speaker_latents(second), atol=1e-3)
    assert not torch.allclose(gpt.emotion_vector(first), gpt.emotion_vector(second), atol=1e-3)


def test_features_are_taken_in_any_precision(gpt: Gpt) -> None:
    """The model computes in its own precision, whatever the features' is."""
    half = Gpt(gpt.config, gpt.emovec_layer.in_features).to(torch.bfloat16)
    features = torch.zeros(9, gpt.emovec_layer.in_features)
    assert torch.bfloat16 == half.speaker_latents(features).dtype
    assert torch.float32 == gpt.emotion_vector(features.double()).dtype


def test_an_unknown_input_layer_is_refused(gpt: Gpt) -> None:
    """Another subsampling than the official one is an error that names it."""
    other = dataclasses.replace(gpt.config.condition_module, input_layer="conv2d")
    with pytest.raises(ConfigurationError, match="conv2d"):
        Gpt(dataclasses.replace(gpt.config, condition_module=other), 16)


def test_the_conformer_attends_by_content_and_position() -> None:
    """Scores are ((q + u)·k + (q + v)·p) / √d, p being the position of the key, unshifted."""
    torch.manual_seed(0)
    attention = ConformerAttention(8, 2).requires_grad_(requires_grad=False)
    attention.pos_bias_u.normal_()
    attention.pos_bias_v.normal_()
    x, positions = torch.randn(1, 5, 8), torch.randn(1, 5, 8)
    q, k, v = (layer(x).view(5, 2, 4) for layer in (attention.linear_q, attention.linear_k, attention.linear_v))
    p = attention.linear_pos(positions).view(5, 2, 4)
    scores = torch.einsum("ihd,jhd->hij", q + attention.pos_bias_u, k)
    scores += torch.einsum("ihd,jhd->hij", q + attention.pos_bias_v, p)
    expected = torch.einsum("hij,jhd->ihd", (scores / 2).softmax(-1), v).reshape(1, 5, 8)
    torch.testing.assert_close(attention.linear_out(expected), attention(x, positions))


def test_the_perceivers_latents_attend_to_themselves_too() -> None:
    """Keys and values are the latents followed by the context."""
    torch.manual_seed(0)
    attention = PerceiverAttention(8, 2).requires_grad_(requires_grad=False)
    latents, context = torch.randn(1, 3, 8), torch.randn(1, 5, 8)
    k, v = attention.to_kv(torch.cat([latents[0], context[0]])).view(8, 2, 2, HEAD).unbind(1)
    scores = torch.einsum("ihd,jhd->hij", attention.to_q(latents[0]).view(3, 2, HEAD), k) / HEAD**0.5
    expected = torch.einsum("hij,jhd->ihd", scores.softmax(-1), v).reshape(1, 3, 2 * HEAD)
    torch.testing.assert_close(attention.to_out(expected), attention(latents, context))
