"""w2v-bert 2.0 (Barrault et al., 2023, arXiv:2312.05187): what is said and how, 50 times a second."""

from pathlib import Path

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor
from transformers import SeamlessM4TFeatureExtractor, Wav2Vec2BertConfig, Wav2Vec2BertModel

from speech.indextts2.checkpoint import State, load, read

SAMPLE_RATE = 16000

LAYERS = 17
"""IndexTTS2 takes the hidden state after so many of the 24 layers; the others are not even loaded."""

UNUSED = ("masked_spec_embed", "adapter.*", "intermediate_ffn.*")
"""Keys of the official file besides the later layers: of no use, or only in training."""


class Semantic:
    def __init__(
        self, model: Wav2Vec2BertModel, extractor: SeamlessM4TFeatureExtractor, mean: Tensor, variance: Tensor
    ) -> None:
        self._model, self._extractor = model, extractor
        self._mean, self._deviation = (values.float().to(model.device) for values in (mean, variance.sqrt()))

    def __call__(self, samples: NDArray[np.float32]) -> Tensor:
        """Features `[T, hidden_size]`, float32, normalised by the official statistics, of `samples` at 16 kHz."""
        inputs = self._extractor(samples, sampling_rate=SAMPLE_RATE, return_tensors="pt").to(self._model.device)
        output = self._model(inputs["input_features"].to(self._model.dtype), attention_mask=inputs["attention_mask"])
        features: Tensor = output.last_hidden_state[0].float()
        return (features - self._mean) / self._deviation


def load_semantic(folder: Path, statistics: State, dtype: torch.dtype, device: torch.device | str) -> Semantic:
    """The model in `folder`, with the official `mean` and `var` `[hidden_size]`; no other place is ever asked.

    Raises `CheckpointError` if a weight is missing or has a wrong shape, `OSError` if a configuration is missing.
    """
    # from_pretrained would take its own sizes for a missing file
    config = Wav2Vec2BertConfig.from_json_file(folder / "config.json")
    later = [f"encoder.layers.{i}.*" for i in range(LAYERS, config.num_hidden_layers)]
    config.update(
        {
            "num_hidden_layers": LAYERS,
            "add_adapter": False,
            "use_intermediate_ffn_before_adapter": False,
            "mask_time_prob": 0.0,
            "mask_feature_prob": 0.0,
        }
    )
    with torch.device("meta"):
        model = Wav2Vec2BertModel(config)
    weights = folder / "model.safetensors"
    load(model, read(weights), weights, dtype, device, ignore=[*UNUSED, *later])
    extractor = SeamlessM4TFeatureExtractor.from_pretrained(folder, local_files_only=True)
    return Semantic(model, extractor, statistics["mean"], statistics["var"])
