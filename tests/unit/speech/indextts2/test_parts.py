from pathlib import Path

import pytest
import torch

from speech.indextts2 import parts
from speech.indextts2.bigvgan.vocoding import vocode
from speech.indextts2.checkpoint import CheckpointError
from speech.indextts2.configuration import Configuration, ConfigurationError
from speech.indextts2.gpt.decoder import Decoder
from speech.indextts2.gpt.rows import Row, Sampling


@pytest.fixture
def config(checkpoint: Path) -> Configuration:
    return parts.configuration(checkpoint)


@pytest.mark.parametrize("device", ["cpu", "meta"])
def test_every_part_is_loaded(checkpoint: Path, config: Configuration, device: str) -> None:
    """All files of the official layout are taken strictly, in the type that is asked for, or in a dry run."""
    half = torch.bfloat16, device
    modules = [
        parts.gpt(checkpoint, config, *half),
        parts.s2mel(checkpoint, config, *half),
        parts.codec(checkpoint, config, *half),
        parts.campplus(checkpoint, *half),
        parts.bigvgan(checkpoint, *half),
    ]
    for module in modules:
        assert {torch.bfloat16} == {parameter.dtype for parameter in module.parameters()}
        assert {device} == {tensor.device.type for tensor in module.state_dict().values()}
        assert not module.training
    parts.semantic(checkpoint, torch.float32, device)


def test_a_wrapped_gpt_is_unwrapped(checkpoint: Path, config: Configuration, tmp_path: Path) -> None:
    """`gpt.pth` may have the weights below `model`, as upstream allows."""
    plain = torch.load(checkpoint / "gpt.pth")
    torch.save({"model": plain, "step": 1}, tmp_path / "gpt.pth")
    loaded = parts.gpt(tmp_path, config, torch.float32, "cpu")
    assert torch.equal(plain["mel_head.weight"], loaded.mel_head.weight)


def test_the_emotions_are_matrices(checkpoint: Path, config: Configuration, tmp_path: Path) -> None:
    """Speakers and emotions have a row per sample; what is no matrix is named."""
    speakers, vectors = parts.emotions(checkpoint)
    rows = sum(config.emo_num)
    assert (rows, config.s2mel.style_encoder.dim) == speakers.shape
    assert (rows, config.gpt.model_dim) == vectors.shape
    torch.save({"rows": torch.ones(2)}, tmp_path / "feat1.pt")
    with pytest.raises(CheckpointError, match=r"feat1\.pt: 不是一个矩阵"):
        parts.emotions(tmp_path)


@pytest.mark.parametrize(
    ("content", "message"),
    [
        (None, "无法读取"),
        (b"gpt: [", "无法读取"),
        (b"\xff\xfe\xfd", "无法读取"),
        (b"- 1", "内容不对"),
        (b"gpt: {}", "缺少"),
    ],
)
def test_a_bad_configuration_is_named(tmp_path: Path, content: bytes | None, message: str) -> None:
    """A configuration that is missing, damaged or another program's is one sentence about the file."""
    if content is not None:
        (tmp_path / "config.yaml").write_bytes(content)
    with pytest.raises(ConfigurationError, match=rf"config\.yaml: .*{message}"):
        parts.configuration(tmp_path)


@pytest.mark.parametrize("content", [None, "{", "[]"])
def test_a_bad_vocoder_configuration_is_named(tmp_path: Path, content: str | None) -> None:
    """So is the vocoder's."""
    (tmp_path / "hf_cache/bigvgan").mkdir(parents=True)
    if content is not None:
        (tmp_path / "hf_cache/bigvgan/config.json").write_text(content)
    with pytest.raises(ConfigurationError, match=r"bigvgan/config\.json"):
        parts.bigvgan(tmp_path, torch.float32, "cpu")


@torch.inference_mode()
def test_the_small_checkpoint_speaks(checkpoint: Path, config: Configuration) -> None:
    """What other tests rely on: its speech ends by itself after different times, and its sound is not clipped."""
    full = torch.float32, "cpu"
    gpt = parts.gpt(checkpoint, config, *full)
    generator = torch.Generator().manual_seed(0)
    semantic = torch.randn(100, config.semantic_codec.hidden_size, generator=generator)
    voice = gpt.speaker_latents(semantic), gpt.emotion_vector(semantic)
    text = torch.arange(10, 30)
    rows = [Row(gpt.prefix(*voice, text[: 5 * i]), 180, Sampling(), seed=i) for i in range(1, 5)]
    results = [codes for codes in Decoder(gpt, 1024).run(rows) if codes]
    lengths = {len(codes.codes) for codes in results}
    assert 3 <= len(lengths)
    assert 10 < min(lengths)
    assert all(codes.finished and codes.hidden.isfinite().all() for codes in results)

    mel = 3 * torch.randn(60, config.s2mel.preprocess_params.spect_params.n_mels, generator=generator)
    (waveform,) = vocode(parts.bigvgan(checkpoint, *full), [mel])
    assert 0.02 < waveform.abs().max() < 0.98
