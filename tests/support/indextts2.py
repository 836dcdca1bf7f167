"""A checkpoint folder as the official one: every file, key and notation of it, but with small random weights.

Writing takes seconds and a few megabytes. The weights are such that decoding does not repeat itself and comes to an
end, and that every number stays finite.
"""

import io
import json
import math
import shutil
from collections.abc import Mapping
from fnmatch import fnmatchcase
from pathlib import Path

import torch
from safetensors.torch import save_file
from sentencepiece import SentencePieceTrainer
from torch import Tensor, nn
from transformers import SeamlessM4TFeatureExtractor, Wav2Vec2BertConfig, Wav2Vec2BertModel

from speech.indextts2 import files, parts
from speech.indextts2.bigvgan.model import BigVgan, BigVganConfig
from speech.indextts2.configuration import Configuration, parse
from speech.indextts2.features.campplus import CampPlus, Sizes
from speech.indextts2.features.codec import Codec
from speech.indextts2.gpt.model import Gpt
from speech.indextts2.s2mel.model import S2Mel
from tests.support import indextts2_qwen

State = dict[str, Tensor]

CONFIG = Path(__file__).with_suffix(".yaml")

DRIFT = 0.2
"""How much positions lean away from stop at first and towards it later: the more, the less lengths differ."""

LOUDNESS = 0.05
"""Of the vocoder's last weights: the waveform is not clipped."""

LAYERS = 19
"""Of w2v-bert: two more than are used, as the official one has seven more."""

HAN = (
    "一二三四五六七八九十百千万亿点零年月日号时分秒今天明早上下午晚我你他她们的是了在有和不这那个人大家好世界谢来去说话听看见"
    "想吃饭喝水中国北京上海电影音乐语声速度情绪高兴生气难过害怕讨厌惊讶平静严肃请再问什么怎样银行重要觉得很开心风雨雪花"
)
MARKS = ("NI3", "HAO3", "HANG2", "XING2", "ZHONG4", "CHONG2", "XVAN4", "GAN3", "JVE2", "DE5", "YU4", "SHI4")
WORDS = "HELLO WORLD, WHERE IS THE MONEY? I LIKE APPLES! DON'T STOP - GOOD MORNING ... ONE TWO THREE QUICK BROWN FOX."

BIGVGAN = {
    "num_mels": 80,
    "upsample_rates": [8, 8, 4],
    "upsample_kernel_sizes": [16, 16, 8],
    "upsample_initial_channel": 32,
    "resblock": "1",
    "resblock_kernel_sizes": [3, 7],
    "resblock_dilation_sizes": [[1, 3, 5], [1, 3, 5]],
    "use_tanh_at_final": False,
    "use_bias_at_final": False,
    "activation": "snakebeta",
    "snake_logscale": True,
    "sampling_rate": 22050,
}
FREQUENCIES = torch.exp(-math.log(10000) * torch.arange(128) / 128)
"""Constants: upstream reads them from the file, our engine computes them."""

NORMED = {
    files.S2MEL: (
        "cfm.estimator.wavenet.*.conv.conv.weight",
        "cfm.estimator.final_layer.linear.weight",
        "cfm.estimator.x_embedder.weight",
    ),
    files.CODEC: ("quantizer.*_project.weight",),
    files.BIGVGAN_WEIGHTS: ("conv_p*.weight", "ups.*.weight", "resblocks.*.convs?.*.weight"),
}
"""Keys that the official files hold as two: weight norm's length and direction."""


def write_checkpoint(folder: Path, seed: int = 0, *, qwen: bool = False) -> None:
    """Write a whole checkpoint to `folder`; with `qwen` also the optional model that reads emotion from text."""
    (folder / files.BIGVGAN).mkdir(parents=True)
    shutil.copyfile(CONFIG, folder / files.CONFIG)
    config = parts.configuration(folder)
    with torch.random.fork_rng(devices=[]):
        torch.manual_seed(seed)
        torch.save(_gpt(config), folder / files.GPT)
        torch.save(_s2mel(config), folder / files.S2MEL)
        torch.save({"generator": _bigvgan()}, folder / files.BIGVGAN_WEIGHTS)
        save_file(_codec(config), folder / files.CODEC, {"format": "pt"})
        sizes = Sizes(channels=16, growth=4, bottleneck=4)
        torch.save(_random(CampPlus(sizes)), folder / files.CAMPPLUS)
        _write_emotions(folder, config)
        _write_semantic(folder, config.semantic_codec.hidden_size)
        if qwen:
            indextts2_qwen.write(folder / files.QWEN)
    (folder / files.BIGVGAN_CONFIG).write_text(json.dumps(BIGVGAN))
    (folder / files.BPE).write_bytes(_bpe())


def _gpt(config: Configuration) -> State:
    state = _random(Gpt(config.gpt, config.semantic_codec.hidden_size))
    for name, width in {"mel_embedding": 1.0, "text_embedding": 1.0, "mel_head": 0.2, "speed_emb": 0.1}.items():
        state[f"{name}.weight"].normal_(0, width)
    _end(state, config.gpt.stop_mel_token)
    return state | {f"text_head.{key}": value for key, value in _like(state["text_embedding.weight"]).items()}


def _end(state: State, stop: int) -> None:
    """Let positions drift in a direction that means stop, so that speech ends, rarely at once, after tens of codes."""
    positions = state["mel_pos_embedding.emb.weight"]
    direction = torch.randn(positions.shape[1])
    positions += torch.linspace(-DRIFT, 7 * DRIFT, len(positions))[:, None] * direction
    state["mel_head.weight"][stop] = 0.2 * direction
    state["mel_head.bias"].zero_()


def _s2mel(config: Configuration) -> dict[str, object]:
    state = _random(S2Mel(config.s2mel, config.gpt.model_dim)) | _unused_in_s2mel(config)
    state = _normed(state, NORMED[files.S2MEL])
    names = ("cfm", "length_regulator", "gpt_layer")
    net = {
        name: {k.removeprefix(f"{name}."): v for k, v in state.items() if k.startswith(f"{name}.")} for name in names
    }
    average = {"step": torch.tensor(9.0), "exp_avg": torch.zeros(3), "exp_avg_sq": torch.zeros(3)}
    optimizer = {"state": {0: average}, "param_groups": [{"lr": 1e-4, "params": [0]}]}
    return {"net": net, "optimizer": optimizer, "epoch": 1, "iters": 9}  # the official file has its training in it


def _unused_in_s2mel(config: Configuration) -> State:
    dit, regulator = config.s2mel.DiT, config.s2mel.length_regulator
    estimator = {
        "input_pos": torch.arange(16384),
        "t_embedder.freqs": FREQUENCIES,
        "t_embedder2.freqs": FREQUENCIES,
        "x_embedder.weight": torch.randn(dit.hidden_dim, dit.in_channels),
        "x_embedder.bias": torch.zeros(dit.hidden_dim),
        "cond_embedder.weight": torch.randn(dit.content_codebook_size, dit.hidden_dim),
        "content_mask_embedder.weight": torch.randn(1, dit.hidden_dim),
    }
    for layer in range(dit.depth // 2 + 1):  # they receive no skip
        skip = _like(torch.empty(dit.hidden_dim, 2 * dit.hidden_dim))
        estimator |= {f"transformer.layers.{layer}.skip_in_linear.{key}": value for key, value in skip.items()}
    return {f"cfm.estimator.{key}": value for key, value in estimator.items()} | {
        "length_regulator.embedding.weight": torch.randn(regulator.content_codebook_size, regulator.channels),
        "length_regulator.mask_token": torch.zeros(1, regulator.channels),
    }


def _bigvgan() -> State:
    state = _random(BigVgan(parse(BigVganConfig, BIGVGAN)))
    state["conv_post.weight"] *= LOUDNESS
    return _normed(state, NORMED[files.BIGVGAN_WEIGHTS])


def _codec(config: Configuration) -> State:
    state = _random(Codec(config.semantic_codec))
    decoder = {key.replace("encoder", "decoder", 1): value for key, value in state.items() if key.startswith("encoder")}
    return _normed(state | {key: value.clone() for key, value in decoder.items()}, NORMED[files.CODEC])


def _write_emotions(folder: Path, config: Configuration) -> None:
    rows, hidden = sum(config.emo_num), config.semantic_codec.hidden_size
    torch.save(torch.randn(rows, config.s2mel.style_encoder.dim), folder / files.SPEAKERS)
    torch.save(0.1 * torch.randn(rows, config.gpt.model_dim), folder / files.EMOTIONS)
    torch.save({"mean": 0.1 * torch.randn(hidden), "var": torch.rand(hidden) + 0.5}, folder / files.STATISTICS)


def _write_semantic(folder: Path, hidden: int) -> None:
    config = Wav2Vec2BertConfig(
        hidden_size=hidden,
        num_hidden_layers=LAYERS,
        num_attention_heads=2,
        intermediate_size=hidden,
        conv_depthwise_kernel_size=3,
        add_adapter=False,
    )
    config.save_pretrained(folder / files.SEMANTIC)
    save_file(Wav2Vec2BertModel(config).state_dict(), folder / files.SEMANTIC_WEIGHTS, {"format": "pt"})
    extractor = SeamlessM4TFeatureExtractor(padding_value=1)  # type: ignore[no-untyped-call]  # transformers' own gap
    extractor.save_pretrained(folder / files.SEMANTIC)


def _bpe() -> bytes:
    """As in the official file a character and a mark are pieces beside the sign of a word's beginning."""
    content = io.BytesIO()
    SentencePieceTrainer.train(
        sentence_iterator=iter([WORDS] * 20),
        model_writer=content,
        model_type="bpe",
        vocab_size=400,
        hard_vocab_limit=False,
        user_defined_symbols=[*dict.fromkeys(HAN), *MARKS],
        bos_id=0,
        eos_id=1,
        unk_id=2,
        pad_id=-1,
        minloglevel=2,
    )
    return content.getvalue()


def _random(module: nn.Module) -> State:
    """The module's state with new weights, such that what goes through it keeps its size."""
    fixed = {key for key, _ in module.named_buffers() if not key.endswith("running_var")}
    return {key: value if key in fixed else _values(key, value) for key, value in module.state_dict().items()}


def _values(key: str, old: Tensor) -> Tensor:
    if key.endswith("running_var"):
        return torch.rand_like(old) + 0.5
    if old.ndim == 1:
        return 0.1 * torch.randn_like(old) + key.endswith(("weight", "gamma"))
    inputs = old.numel() / len(old)
    return torch.randn_like(old) / math.sqrt(inputs)


def _like(weight: Tensor) -> State:
    """A linear layer of that shape."""
    return {"weight": _values("weight", weight), "bias": torch.zeros(len(weight))}


def _normed(state: Mapping[str, Tensor], patterns: tuple[str, ...]) -> State:
    """The state with the weights that fit a pattern in weight norm's notation, which `fold_weight_norm` undoes."""
    normed = {}
    for key, value in state.items():
        if any(fnmatchcase(key, pattern) for pattern in patterns):
            dims = list(range(1, value.ndim))
            normed[f"{key}_g"] = torch.linalg.vector_norm(value, dim=dims, keepdim=True)
            normed[f"{key}_v"] = value * (torch.rand(len(value)).view(-1, *[1] * len(dims)) + 0.5)
        else:
            normed[key] = value
    return normed
