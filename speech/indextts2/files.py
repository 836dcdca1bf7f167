"""What a checkpoint folder holds, each file with its purpose and where it is published: upstream's flat layout."""

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path


@dataclass(frozen=True)
class Repository:
    """Where files are published. `revision` is the commit on Hugging Face; ModelScope has its newest only."""

    huggingface: str
    revision: str
    modelscope: str
    license: str


@dataclass(frozen=True)
class File:
    """`name` is the path in the checkpoint folder, `source` that in the repository; one that ends in / is a folder."""

    name: str
    purpose: str
    repository: Repository
    source: str
    required: bool = True

    @property
    def is_folder(self) -> bool:
        return self.name.endswith("/")


INDEXTTS2 = Repository(
    "IndexTeam/IndexTTS-2",
    "740dcaff396282ffb241903d150ac011cd4b1ede",
    "IndexTeam/IndexTTS-2",
    "bilibili Model Use License",
)
W2V_BERT = Repository(
    "facebook/w2v-bert-2.0", "da985ba0987f70aaeb84a80f2851cfac8c697a7b", "AI-ModelScope/w2v-bert-2.0", "MIT"
)
MASKGCT = Repository("amphion/MaskGCT", "265c6cef07625665d0c28d2faafb1415562379dc", "amphion/MaskGCT", "CC BY-NC 4.0")
FUNASR = Repository(
    "funasr/campplus",
    "e4b6ede7ce16997aff4ae69fbca1f0175e2afede",
    "iic/speech_campplus_sv_zh-cn_16k-common",
    "Apache-2.0",
)
NVIDIA = Repository(
    "nvidia/bigvgan_v2_22khz_80band_256x",
    "633ff708ed5b74903e86ff1298cf4a98e921c513",
    "nvidia/bigvgan_v2_22khz_80band_256x",
    "MIT",
)
REPOSITORIES = (INDEXTTS2, W2V_BERT, MASKGCT, FUNASR, NVIDIA)

CONFIG = "config.yaml"
GPT = "gpt.pth"
S2MEL = "s2mel.pth"
BPE = "bpe.model"
STATISTICS = "wav2vec2bert_stats.pt"
SPEAKERS = "feat1.pt"
EMOTIONS = "feat2.pt"
QWEN = "qwen0.6bemo4-merge/"
SEMANTIC = "hf_cache/w2v-bert-2.0/"
CODEC = "hf_cache/semantic_codec_model.safetensors"
CAMPPLUS = "hf_cache/campplus_cn_common.bin"
BIGVGAN = "hf_cache/bigvgan/"

SEMANTIC_CONFIG = f"{SEMANTIC}config.json"
SEMANTIC_WEIGHTS = f"{SEMANTIC}model.safetensors"
SEMANTIC_FEATURES = f"{SEMANTIC}preprocessor_config.json"
BIGVGAN_CONFIG = f"{BIGVGAN}config.json"
BIGVGAN_WEIGHTS = f"{BIGVGAN}bigvgan_generator.pt"
QWEN_WEIGHTS = f"{QWEN}model.safetensors"

FILES = (
    File(CONFIG, "尺寸 every dimension", INDEXTTS2, "config.yaml"),
    File(GPT, "文字到语音码 text to speech codes", INDEXTTS2, "gpt.pth"),
    File(S2MEL, "语音码到梅尔谱 codes to mel", INDEXTTS2, "s2mel.pth"),
    File(BPE, "分词 text tokens", INDEXTTS2, "bpe.model"),
    File(STATISTICS, "语义特征的均值和方差 mean and variance of semantic features", INDEXTTS2, "wav2vec2bert_stats.pt"),
    File(SPEAKERS, "选情绪用的音色矩阵 speakers to choose an emotion by", INDEXTTS2, "feat1.pt"),
    File(EMOTIONS, "情绪矩阵 emotion vectors", INDEXTTS2, "feat2.pt"),
    File(QWEN, "从文字判断情绪 emotion from text", INDEXTTS2, "qwen0.6bemo4-merge/", required=False),
    File(SEMANTIC_CONFIG, "w2v-bert 的尺寸 its dimensions", W2V_BERT, "config.json"),
    File(SEMANTIC_WEIGHTS, "录音到语义特征 recording to semantic features", W2V_BERT, "model.safetensors"),
    File(SEMANTIC_FEATURES, "w2v-bert 的输入 its input", W2V_BERT, "preprocessor_config.json"),
    File(CODEC, "语义特征到语音码 semantic features to codes", MASKGCT, "semantic_codec/model.safetensors"),
    File(CAMPPLUS, "录音到音色 recording to speaker", FUNASR, "campplus_cn_common.bin"),
    File(BIGVGAN_CONFIG, "声码器的尺寸 the vocoder's dimensions", NVIDIA, "config.json"),
    File(BIGVGAN_WEIGHTS, "梅尔谱到声音 mel to sound", NVIDIA, "bigvgan_generator.pt"),
)


def missing(folder: Path) -> Iterator[File]:
    """Every file, required or optional, that `folder` does not hold."""
    for file in FILES:
        path = folder / file.name
        if not (any(path.glob("*")) if file.is_folder else path.is_file()):
            yield file
