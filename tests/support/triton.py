"""Contract 1 as a client sees it, without the API in between."""

from typing import Any

import numpy as np
from numpy.typing import NDArray
from tritonclient.grpc import InferInput, InferResult
from tritonclient.grpc.aio import InferenceServerClient

SAMPLE_RATE = 24000

_TYPES = {
    "TEXT": "BYTES",
    "VOICE": "BYTES",
    "VOICE_AUDIO": "BYTES",
    "EMOTION": "FP32",
    "EMOTION_AUDIO": "BYTES",
    "EMOTION_TEXT": "BYTES",
    "INTENSITY": "FP32",
    "SPEED": "FP32",
    "PITCH": "FP32",
    "SEED": "INT64",
}
_ARRAYS: dict[str, Any] = {"BYTES": np.object_, "FP32": np.float32, "INT64": np.int64}


async def synthesize(client: InferenceServerClient, text: str | bytes, **tensors: object) -> NDArray[np.float32]:
    """A waveform from the ensemble; keyword arguments are the other tensors, in lower case."""
    waveform: NDArray[np.float32] = (await infer(client, text, **tensors)).as_numpy("WAVEFORM")[0]
    return waveform


async def infer(client: InferenceServerClient, text: str | bytes, **tensors: object) -> InferResult:
    """As `synthesize`, all outputs."""
    values = {"TEXT": text, "VOICE": "baker"} | {name.upper(): value for name, value in tensors.items()}
    inputs = [_tensor(name, value) for name, value in values.items()]
    return await client.infer("tts", inputs)


async def counts(client: InferenceServerClient, model: str) -> tuple[int, int]:
    """How many inferences a model has made, in how many executions."""
    statistics = (await client.get_inference_statistics(model)).model_stats[0]
    return statistics.inference_count, statistics.execution_count


async def outcomes(client: InferenceServerClient, model: str) -> tuple[int, int]:
    """How many requests a model has answered, and how many it has failed."""
    statistics = (await client.get_inference_statistics(model)).model_stats[0].inference_stats
    return statistics.success.count, statistics.fail.count


def _tensor(name: str, value: object) -> InferInput:
    if isinstance(value, str):
        value = value.encode()
    array = np.array([value], _ARRAYS[_TYPES[name]]).reshape(1, -1)
    tensor = InferInput(name, array.shape, _TYPES[name])
    return tensor.set_data_from_numpy(array)
