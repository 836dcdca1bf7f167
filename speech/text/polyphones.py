"""Which of its readings a character has in a sentence.

The model, its weights and the readings that it knows are those of g2pM: Kyubyong Park and Seanie Lee, "g2pM: A Neural
Grapheme-to-Phoneme Conversion Package for Mandarin Chinese Based on a New Open Benchmark Dataset", Interspeech 2020.
The package's own code, in numpy, takes more than ten times as long as ONNX Runtime does.
"""

import pickle
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from importlib.resources import files
from typing import Any

import numpy as np
import onnxruntime as ort
from numpy.typing import NDArray
from onnx import ModelProto, TensorProto, helper, numpy_helper

Array = NDArray[np.float32]

UNKNOWN, BEGIN, END = "<UNK>", "시", "끝"
NO_SYLLABLES = {"r5", "xx5"}
"""The suffix 儿 inside of a syllable, and characters that nobody knows how to read."""

OPSET, IR_VERSION = 17, 8


@dataclass(frozen=True)
class Polyphones:
    _session: ort.InferenceSession
    _ids: Mapping[str, int]
    _classes: Mapping[str, Mapping[str, int]]
    """Of each character that has several readings: each of them, with its class."""

    def read(self, sentence: str) -> dict[int, str]:
        """The reading of each character that has several, as `hang2`, by its place; ü is v, the neutral tone 5."""
        places = [place for place, character in enumerate(sentence) if character in self._classes]
        if not places:
            return {}
        ids = [self._ids.get(character, self._ids[UNKNOWN]) for character in (BEGIN, *sentence, END)]
        (scores,) = self._session.run(None, {"ids": ids, "places": [1 + place for place in places]})
        return {place: _best(self._classes[sentence[place]], row) for place, row in zip(places, scores, strict=True)}


def _best(classes: Mapping[str, int], scores: Array) -> str:
    return max(classes, key=lambda pinyin: float(scores[classes[pinyin]]))


@cache
def polyphones() -> Polyphones:
    """The model, loaded once."""
    classes, readings = _load("class2idx"), _load("digest_cedict")
    several = {
        character: {pinyin.replace("u:", "v"): classes[pinyin] for pinyin in known if pinyin not in NO_SYLLABLES}
        for character, known in readings.items()
        if len(known) > 1
    }
    options = ort.SessionOptions()
    options.intra_op_num_threads = 1
    session = ort.InferenceSession(_model(_load("np_ckpt")).SerializeToString(), options)
    return Polyphones(session, _load("char2idx"), several)


def _model(weights: Mapping[str, Array]) -> ModelProto:
    """The ids of a sentence's characters and the places that are asked for → a score for each place and class."""
    directions = ("", "_reverse")
    biases = [
        np.concatenate([_gates(weights[f"lstm.bias_{part}_l0{one}"]) for part in ("ih", "hh")]) for one in directions
    ]
    constants = {
        "embedding": weights["embedding.weight"],
        "inputs": np.stack([_gates(weights[f"lstm.weight_ih_l0{one}"]) for one in directions]),
        "recurrent": np.stack([_gates(weights[f"lstm.weight_hh_l0{one}"]) for one in directions]),
        "biases": np.stack(biases),
        "batch": np.array([1]),
        "rows": np.array([-1, 2 * weights["lstm.weight_hh_l0"].shape[1]]),
        "hidden": weights["logit_layer.0.weight"],
        "hidden_bias": weights["logit_layer.0.bias"],
        "classes": weights["logit_layer.2.weight"],
        "classes_bias": weights["logit_layer.2.bias"],
    }
    nodes = [
        helper.make_node("Gather", ["embedding", "ids"], ["embedded"]),
        helper.make_node("Unsqueeze", ["embedded", "batch"], ["sequence"]),
        helper.make_node(
            "LSTM",
            ["sequence", "inputs", "recurrent", "biases"],
            ["states"],
            hidden_size=weights["lstm.weight_hh_l0"].shape[1],
            direction="bidirectional",
        ),
        helper.make_node("Reshape", ["states", "rows"], ["characters"]),
        helper.make_node("Gather", ["characters", "places"], ["asked"]),
        helper.make_node("Gemm", ["asked", "hidden", "hidden_bias"], ["linear"], transB=1),
        helper.make_node("Relu", ["linear"], ["active"]),
        helper.make_node("Gemm", ["active", "classes", "classes_bias"], ["scores"], transB=1),
    ]
    graph = helper.make_graph(
        nodes,
        "polyphones",
        [_tensor("ids", TensorProto.INT64, ["length"]), _tensor("places", TensorProto.INT64, ["asked"])],
        [_tensor("scores", TensorProto.FLOAT, ["asked", "class"])],
        [numpy_helper.from_array(values, name) for name, values in constants.items()],
    )
    return helper.make_model(graph, opset_imports=[helper.make_opsetid("", OPSET)], ir_version=IR_VERSION)


def _tensor(name: str, kind: int, shape: Sequence[str]) -> Any:
    return helper.make_tensor_value_info(name, kind, shape)


def _gates(rows: Array) -> Array:
    """PyTorch's order of an LSTM's gates (input, forget, cell, output) as ONNX has it."""
    enter, forget, cell, leave = np.split(rows, 4)
    return np.concatenate([enter, leave, forget, cell])


def _load(name: str) -> Any:
    data = files("g2pM").joinpath(f"{name}.pkl").read_bytes()
    return pickle.loads(data)  # noqa: S301 - the package is pinned by its hash
