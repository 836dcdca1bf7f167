"""What every model shares: tensors in, early replies out, errors as short messages."""

import json
import os
import traceback
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path
from typing import Any, TypeVar

import triton_python_backend_utils as pb

from speech.engines import Engine, load
from speech.errors import InvalidParameterError, SpeechError

Item = TypeVar("Item")
Result = TypeVar("Result")


def engine(args: dict[str, str]) -> Engine:
    """The engine that the model's configuration names, with its files below HAOSHUO_VOICES_DIR."""
    name = json.loads(args["model_config"])["parameters"]["engine"]["string_value"]
    return load(name, Path(os.environ["HAOSHUO_VOICES_DIR"]), threads=int(os.environ["HAOSHUO_ENGINE_THREADS"]))


def serve(
    requests: Sequence[Any],
    unpack: Callable[[Any], Item],
    run: Callable[[Sequence[Item]], Iterator[Result | SpeechError]],
    pack: Callable[[Result], Sequence[Any]],
) -> None:
    """Answer each request as soon as its own result is there, not when the whole batch is.

    A request that was cancelled while it queued costs nothing; one that fails does not disturb its neighbours.
    """
    senders, items = [], []
    for request in requests:
        sender = request.get_response_sender()
        try:
            if request.is_cancelled():
                _send(sender, error=pb.TritonError("cancelled", pb.TritonError.CANCELLED))
                continue
            items.append(unpack(request))
            senders.append(sender)
        except Exception as error:  # noqa: BLE001 - as in _answer
            _send(sender, error=_refusal(error))
    results = run(items)
    for sender in senders:
        _answer(sender, results, pack)


def text(request: Any, name: str) -> str:
    try:
        return str(pb.get_input_tensor_by_name(request, name).as_numpy().item(), "utf-8")
    except UnicodeDecodeError as error:
        raise InvalidParameterError(f"{name} 不是 UTF-8") from error


def numbers(request: Any, name: str, default: Sequence[float]) -> tuple[float, ...]:
    tensor = pb.get_input_tensor_by_name(request, name)
    return tuple(default) if tensor is None else tuple(tensor.as_numpy().ravel().tolist())


def _answer(sender: Any, results: Iterator[Result | SpeechError], pack: Callable[[Result], Sequence[Any]]) -> None:
    try:
        result = next(results)
        if isinstance(result, SpeechError):
            _send(sender, error=_refusal(result))
        else:
            _send(sender, output_tensors=list(pack(result)))
    except Exception as error:  # noqa: BLE001 - one left to Triton would send its traceback to the client
        _send(sender, error=_refusal(error))


def _refusal(error: Exception) -> Any:
    if isinstance(error, SpeechError):
        return pb.TritonError(str(error), pb.TritonError.INVALID_ARG)
    pb.Logger.log_error("".join(traceback.format_exception(error)))
    return pb.TritonError("internal: 合成失败", pb.TritonError.INTERNAL)


def _send(sender: Any, **response: Any) -> None:
    sender.send(pb.InferenceResponse(**response), flags=pb.TRITONSERVER_RESPONSE_COMPLETE_FINAL)
