"""What is missing or wrong in a checkpoint folder, found without loading its weights."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path

import torch
from sentencepiece import SentencePieceProcessor
from torch import Tensor
from transformers import Wav2Vec2BertConfig

from speech.indextts2 import checksums, files, parts
from speech.indextts2.checkpoint import CheckpointError, read
from speech.indextts2.configuration import Configuration, ConfigurationError

AGAIN = "请运行 make fetch-model (run it)"
SIZES = torch.float32, "meta"


@dataclass(frozen=True)
class Finding:
    """One line for the person at the terminal; the model speaks in spite of one that is no problem."""

    text: str
    is_problem: bool = True

    def __str__(self) -> str:
        return f"{'✗' if self.is_problem else '·'} {self.text}"


def check(folder: Path) -> Iterator[Finding]:
    """Everything that is wrong, each thing as soon as it is found."""
    if not folder.is_dir():
        yield Finding(f"{folder}: 没有这个文件夹 (no such folder)，{AGAIN}")
        return
    absent = list(files.missing(folder))
    for file in absent:
        state = "缺少 (missing)" if file.required else "没有，可以不用 (absent, optional)"
        yield Finding(f"{file.name}: {state}: {file.purpose}; {file.repository.huggingface}", file.required)
    for name in checksums.wrong(folder):
        yield Finding(f"{name}: 校验和不符 (wrong checksum)，{AGAIN}")
    try:
        config = parts.configuration(folder)
    except ConfigurationError as error:
        yield Finding(str(error))
        return
    gone = {file.name for file in absent}
    for needed, test in _tests(folder, config).items():
        if not gone.intersection(needed):
            yield from _tried(test)


Test = Callable[[], object]


def _tests(folder: Path, config: Configuration) -> dict[tuple[str, ...], Test]:
    """What can be tried, by the files that it needs."""
    semantic = (files.SEMANTIC_CONFIG, files.SEMANTIC_WEIGHTS, files.SEMANTIC_FEATURES, files.STATISTICS)
    return {
        (files.GPT,): lambda: parts.gpt(folder, config, *SIZES),
        (files.S2MEL,): lambda: parts.s2mel(folder, config, *SIZES),
        (files.BIGVGAN_CONFIG, files.BIGVGAN_WEIGHTS): lambda: _vocoder(folder, config),
        (files.CODEC,): lambda: parts.codec(folder, config, *SIZES),
        (files.CAMPPLUS,): lambda: _speaker(folder, config),
        semantic: lambda: _semantic(folder, config),
        (files.STATISTICS,): lambda: _statistics(folder, config),
        (files.SPEAKERS, files.EMOTIONS): lambda: _emotions(folder, config),
        (files.BPE,): lambda: _pieces(folder / files.BPE, config.gpt.number_text_tokens),
        (files.QWEN,): lambda: read(folder / files.QWEN_WEIGHTS),
    }


def _tried(test: Test) -> Iterator[Finding]:
    try:
        test()
    except (CheckpointError, ConfigurationError) as error:
        yield Finding(str(error))


def _vocoder(folder: Path, config: Configuration) -> None:
    vocoder = parts.bigvgan(folder, *SIZES).config
    spectrogram = config.s2mel.preprocess_params.spect_params
    path = folder / files.BIGVGAN_CONFIG
    _same(path, "num_mels", vocoder.num_mels, spectrogram.n_mels)
    _same(path, "upsample_rates", vocoder.hop, spectrogram.hop_length)


def _speaker(folder: Path, config: Configuration) -> None:
    dimension = parts.campplus(folder, *SIZES).state_dict()["xvector.dense.linear.weight"].shape[0]
    _same(folder / files.CAMPPLUS, "style_encoder.dim", dimension, config.s2mel.style_encoder.dim)


def _semantic(folder: Path, config: Configuration) -> None:
    parts.semantic(folder, *SIZES)
    path = folder / files.SEMANTIC
    hidden = Wav2Vec2BertConfig.from_pretrained(path, local_files_only=True).hidden_size
    _same(folder / files.SEMANTIC_CONFIG, "hidden_size", hidden, config.semantic_codec.hidden_size)


def _statistics(folder: Path, config: Configuration) -> None:
    statistics = parts.statistics(folder)
    for name in ("mean", "var"):
        _shape(folder / files.STATISTICS, statistics[name], (config.semantic_codec.hidden_size,), name)


def _emotions(folder: Path, config: Configuration) -> None:
    speakers, vectors = parts.emotions(folder)
    rows = sum(config.emo_num)
    _shape(folder / files.SPEAKERS, speakers, (rows, config.s2mel.style_encoder.dim))
    _shape(folder / files.EMOTIONS, vectors, (rows, config.gpt.model_dim))


def _pieces(path: Path, most: int) -> None:
    try:
        size = SentencePieceProcessor(model_file=str(path)).get_piece_size()
    except (OSError, RuntimeError) as error:
        raise CheckpointError(f"{path}: 文件损坏或下载不完整 (damaged or truncated file)") from error
    if size > most:
        raise CheckpointError(f"{path}: {size} 个词元，number_text_tokens 只有 {most} (more pieces than embeddings)")


def _shape(path: Path, tensor: Tensor, wanted: tuple[int, ...], name: str = "") -> None:
    _same(path, name or "shape", list(tensor.shape), list(wanted))


def _same(path: Path, name: str, found: object, wanted: object) -> None:
    if found != wanted:
        raise CheckpointError(f"{path}: {name} {found} ≠ {wanted} (config.yaml)")
