import os
import shutil
from collections.abc import Callable
from pathlib import Path

import pytest
import torch

from speech.indextts2 import checksums
from speech.indextts2.check import check
from speech.indextts2.checkpoint import CheckpointError


@pytest.fixture
def folder(checkpoint: Path, tmp_path: Path) -> Path:
    """A copy of the small checkpoint to be spoilt: links, so that a file is to be replaced, not changed."""
    shutil.copytree(checkpoint, tmp_path / "model", copy_function=os.link)
    return tmp_path / "model"


def lines(folder: Path) -> list[str]:
    return [str(finding) for finding in check(folder)]


def replaced(folder: Path, name: str, content: object) -> None:
    path = folder / name
    path.unlink()
    if isinstance(content, bytes):
        path.write_bytes(content)
    else:
        torch.save(content, path)


def edited(folder: Path, name: str, old: str, new: str) -> None:
    text = (folder / name).read_text("utf-8")
    assert old in text
    replaced(folder, name, text.replace(old, new).encode())


def cut(folder: Path, name: str) -> None:
    content = (folder / name).read_bytes()
    replaced(folder, name, content[: len(content) // 2])


def test_a_good_folder_has_no_finding(folder: Path) -> None:
    """Nothing is said about a checkpoint that is whole."""
    assert [] == lines(folder)


def test_no_folder_is_a_finding(tmp_path: Path) -> None:
    """A folder that is not there is one line."""
    assert [f"✗ {tmp_path / 'gone'}: 没有这个文件夹 (no such folder)，请运行 make fetch-model (run it)"] == lines(
        tmp_path / "gone"
    )


def test_missing_files_are_listed_with_their_source(folder: Path) -> None:
    """Each is one line with its purpose; the optional model is no problem."""
    (folder / "gpt.pth").unlink()
    (folder / "hf_cache/w2v-bert-2.0/config.json").unlink()
    shutil.rmtree(folder / "qwen0.6bemo4-merge")
    findings = list(check(folder))
    optional = "没有，可以不用 (absent, optional)"
    assert [
        "✗ gpt.pth: 缺少 (missing): 文字到语音码 text to speech codes; IndexTeam/IndexTTS-2",
        f"· qwen0.6bemo4-merge/: {optional}: 从文字判断情绪 emotion from text; IndexTeam/IndexTTS-2",
        "✗ hf_cache/w2v-bert-2.0/config.json: 缺少 (missing): w2v-bert 的尺寸 its dimensions; facebook/w2v-bert-2.0",
    ] == [str(finding) for finding in findings]
    assert [True, False, True] == [finding.is_problem for finding in findings]


@pytest.mark.parametrize(
    "names",
    [
        ["gpt.pth", "s2mel.pth", "bpe.model", "feat1.pt", "wav2vec2bert_stats.pt", "hf_cache/bigvgan/config.json"],
        ["feat2.pt", "hf_cache/w2v-bert-2.0/config.json", "hf_cache/bigvgan/bigvgan_generator.pt"],
        ["hf_cache/w2v-bert-2.0/model.safetensors", "hf_cache/campplus_cn_common.bin"],
        ["hf_cache/w2v-bert-2.0/preprocessor_config.json", "hf_cache/semantic_codec_model.safetensors"],
        ["qwen0.6bemo4-merge/model.safetensors"],
    ],
    ids=lambda names: names[0],
)
def test_truncated_files_are_found(folder: Path, names: list[str]) -> None:
    """Each file that is cut off is named, with its folder at least, in a line of its own; nothing else is said."""
    for name in names:
        cut(folder, name)
    found = lines(folder)
    places = [(folder / name).parent if "w2v" in name and "json" in name else folder / name for name in names]
    assert all(any(f"✗ {place}" in line for line in found) for place in places)
    assert all(any(str(place.parent) in line for place in places) for line in found)
    assert not any("\n" in line for line in found)


def without(tensors: dict[str, object], key: str) -> dict[str, object]:
    return {name: tensor for name, tensor in tensors.items() if name != key}


Spoil = Callable[[Path], None]


@pytest.mark.parametrize(
    ("spoil", "expected"),
    [
        (
            lambda f: edited(f, "config.yaml", "layers: 2\n", "layers: 3\n"),
            "gpt.pth: 缺少 (missing) gpt.h.2.ln_1.weight",
        ),
        (lambda f: edited(f, "config.yaml", "depth: 3", "depth: 2"), "s2mel.pth: 多余 (unexpected)"),
        (
            lambda f: edited(f, "config.yaml", "time_as_token: false", "time_as_token: true"),
            "config.yaml: 不支持 (not supported): s2mel.DiT.time_as_token: True",
        ),
        (lambda f: edited(f, "config.yaml", 'fmax: "None"', "fmax: 8000"), "spect_params.fmax: 8000"),
        (
            lambda f: edited(f, "config.yaml", "vocos_dim: 32", "vocos_dim: 16"),
            "model.safetensors: 形状不符 (wrong shape)",
        ),
        (lambda f: edited(f, "config.yaml", "emo_num: [3,", "emo_num: [4,"), "feat1.pt: shape [73, 192] ≠ [74, 192]"),
        (lambda f: edited(f, "config.yaml", "n_mels: 80", "n_mels: 100"), "config.json: num_mels 80 ≠ 100"),
        (lambda f: edited(f, "config.yaml", "    dim: 192", "    dim: 96"), "common.bin: style_encoder.dim 192 ≠ 96"),
        (lambda f: edited(f, "config.yaml", "text_tokens: 500", "text_tokens: 9"), "number_text_tokens 只有 9"),
        (lambda f: edited(f, "config.yaml", "hidden_size: 64", "hidden_size: 32"), "stats.pt: mean [64] ≠ [32]"),
        (lambda f: edited(f, "config.yaml", "emo_num", "emo_mun"), "config.yaml: 缺少 emo_num (missing)"),
        (lambda f: replaced(f, "feat2.pt", torch.ones(73, 9)), "feat2.pt: shape [73, 9] ≠ [73, 64]"),
        (lambda f: replaced(f, "wav2vec2bert_stats.pt", {"mean": torch.ones(64)}), "stats.pt: 缺少 (missing) var"),
        (lambda f: replaced(f, "hf_cache/campplus_cn_common.bin", {"a": torch.ones(1)}), "缺少 (missing) head.conv1"),
        (
            lambda f: replaced(f, "gpt.pth", without(torch.load(f / "gpt.pth"), "mel_head.bias")),
            "gpt.pth: 缺少 (missing) mel_head.bias",
        ),
    ],
)
def test_what_does_not_fit_is_found(folder: Path, spoil: Spoil, expected: str) -> None:
    """A key, a shape or a size that contradicts the configuration is named with its file."""
    spoil(folder)
    assert any(line.startswith("✗ ") and expected in line for line in lines(folder))


def test_a_changed_file_is_found_by_its_checksum(folder: Path) -> None:
    """A weight that flipped a bit has the right keys and shapes; the recorded checksum tells."""
    state = torch.load(folder / "gpt.pth")
    checksums.record(folder, "gpt.pth", checksums.of(folder / "gpt.pth"))
    assert [] == lines(folder)
    state["mel_head.bias"][0] += 1
    replaced(folder, "gpt.pth", state)
    assert ["✗ gpt.pth: 校验和不符 (wrong checksum)，请运行 make fetch-model (run it)"] == lines(folder)


def test_a_finding_is_no_crash(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """After a damaged file the others are still looked at."""
    cut(folder, "gpt.pth")
    cut(folder, "feat1.pt")
    assert 2 == len(lines(folder))
    monkeypatch.setattr("speech.indextts2.parts.emotions", _fail)
    assert "✗ feat1.pt: broken" in lines(folder)


def _fail(_: Path) -> None:
    raise CheckpointError("feat1.pt: broken")
