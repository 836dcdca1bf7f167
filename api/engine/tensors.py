"""Utterances as the tensors of contract 1."""

from typing import Any

import numpy as np
from tritonclient.grpc import InferInput

from api.engine.engine import Utterance


def inputs(utterance: Utterance) -> list[InferInput]:
    """What is neutral is left out: not every engine has an input for it."""
    tensors = [_text("TEXT", utterance.text), _text("VOICE", utterance.voice), _number("SPEED", utterance.speed)]
    if any(utterance.emotion):
        tensors.append(tensor("EMOTION", "FP32", np.array([utterance.emotion], dtype=np.float32)))
    if utterance.pitch != 1:
        tensors.append(_number("PITCH", utterance.pitch))
    if utterance.intensity is not None:
        tensors.append(_number("INTENSITY", utterance.intensity))
    if utterance.seed is not None:
        tensors.append(tensor("SEED", "INT64", np.array([[utterance.seed]], dtype=np.int64)))
    return tensors


def _text(name: str, text: str) -> InferInput:
    return tensor(name, "BYTES", np.array([[text.encode()]], dtype=object))


def _number(name: str, number: float) -> InferInput:
    return tensor(name, "FP32", np.array([[number]], dtype=np.float32))


def tensor(name: str, datatype: str, array: np.ndarray[Any, Any]) -> InferInput:
    made = InferInput(name, list(array.shape), datatype)
    made.set_data_from_numpy(array)
    return made
