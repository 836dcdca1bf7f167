"""What a CPU can say of a GPU: at full size, on torch's meta device, shapes, types and devices are as on any other."""

from typing import Any

import pytest
import torch
from torch import Tensor
from torch.utils._python_dispatch import TorchDispatchMode
from torch.utils._pytree import tree_leaves

from benchmarks.gpu.model import HALF, Scale, scale
from speech.indextts2.bigvgan import BigVgan
from speech.indextts2.features.codec import Codec
from speech.indextts2.gpt import Decoder, Gpt, Row, Sampling
from speech.indextts2.s2mel import Flow, MelRow, S2Mel

PREFIX, CODES, PROMPT, FRAMES = 90, 200, 500, 344


class Devices(TorchDispatchMode):  # type: ignore[no-untyped-call]  # torch's
    """Refuses an operation on several devices, unless it is a copy from one to another."""

    def __torch_dispatch__(self, func: Any, types: Any, args: Any = (), kwargs: Any = None) -> Any:
        name = func.overloadpacket._qualified_op_name
        tensors = [leaf for leaf in tree_leaves((args, kwargs)) if isinstance(leaf, Tensor)]
        assert name in {"aten::copy_", "aten::_to_copy", "aten::to"} or len({t.device for t in tensors}) < 2, name
        return func(*args, **(kwargs or {}))


@pytest.fixture(scope="module")
def full() -> Scale:
    return scale("full")


def _meta(*shape: int, dtype: torch.dtype = torch.float32) -> Tensor:
    return torch.empty(*shape, dtype=dtype, device="meta")


@pytest.mark.parametrize("beams", [1, 3])
def test_decoding_stays_on_its_device(full: Scale, monkeypatch: pytest.MonkeyPatch, beams: int) -> None:
    """From the prefix to a step of a batch, which a GPU fills up to a power of two, nothing comes from the CPU."""
    with torch.device("meta"):
        gpt = Gpt(full.config.gpt, full.config.semantic_codec.hidden_size).to(HALF.gpt)
    decoder = Decoder(gpt, 32 * 384, beams)
    monkeypatch.setattr(decoder._graphs, "run", lambda _, step: step())
    semantic = _meta(300, full.config.semantic_codec.hidden_size)
    with torch.inference_mode(), Devices():  # type: ignore[no-untyped-call]  # torch's
        gpt.speaker_latents(semantic)
        gpt.emotion_vector(semantic)
        prefix = _meta(PREFIX, full.config.gpt.model_dim)
        rows = [Row(prefix, CODES, Sampling(beams=beams), seed) for seed in range(5)]
        search, slots = decoder._begin((beams, False), rows)
        decoder._step(search, decoder.lanes(len(rows)), slots + 1)
        search.move(1, 0)
    assert HALF.gpt == search.lanes.cache[0].dtype


def test_the_flow_and_the_vocoder_stay_on_their_device(full: Scale, monkeypatch: pytest.MonkeyPatch) -> None:
    """Codes of the GPT's device and a voice in float32 become a mel in float32 and a waveform, in half precision."""
    monkeypatch.setattr(Tensor, "__bool__", lambda _: True)  # no row is padded: the one question that is asked
    config = full.config
    with torch.device("meta"):
        s2mel = S2Mel(config.s2mel, config.gpt.model_dim).to(HALF.s2mel)
        codec, vocoder = Codec(config.semantic_codec), BigVgan(full.bigvgan).to(HALF.vocoder)
    flow, estimator = Flow(s2mel), s2mel.cfm.estimator
    with torch.inference_mode(), Devices():  # type: ignore[no-untyped-call]  # torch's
        content = s2mel.content(codec.embed(_meta(CODES, dtype=torch.int64)), _meta(CODES, config.gpt.model_dim))
        row = MelRow(s2mel.regulate(content, FRAMES), _meta(PROMPT, 512), _meta(80, PROMPT), _meta(192), seed=0)
        x, _ = flow._start([row])
        rows = flow._prepared([row], x.shape[1], guided=True)
        (moment,) = estimator.moments(torch.zeros(1).to(x.device))
        velocity = flow._velocity(x, rows, moment, 0.7)
        waveform = vocoder(_meta(1, 80, FRAMES, dtype=HALF.vocoder))
    assert ((1, PROMPT + FRAMES, 80), torch.float32) == (velocity.shape, velocity.dtype)
    assert (1, FRAMES * full.bigvgan.hop) == waveform.shape


def test_the_dimensions_are_the_official_ones(full: Scale) -> None:
    """The parameters counted in the official checkpoint, by millions."""
    config = full.config
    with torch.device("meta"):
        parts = (
            Gpt(config.gpt, config.semantic_codec.hidden_size).gpt,
            S2Mel(config.s2mel, config.gpt.model_dim).cfm,
            BigVgan(full.bigvgan),
        )
    assert [472, 93, 112] == [sum(p.numel() for p in part.parameters()) // 10**6 for part in parts]
