"""What every model shares: tensors in, early replies out, errors as short messages."""

import json
import traceback
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from threading import BoundedSemaphore, Lock
from typing import Any, Generic, TypeVar

import triton_python_backend_utils as pb

from serving.cancellations import Cancellations
from serving.settings import ServingSettings, options
from speech.cancellation import Cancelled
from speech.engines import Engine, load
from speech.errors import InvalidParameterError, SpeechError

CANCELLATIONS = Cancellations(ServingSettings().cancel_dir)

LATE = 32
"""As many requests as may be in preparation: as in Triton's queue of such a model."""

Item = TypeVar("Item")
Result = TypeVar("Result")


def engine(args: dict[str, str]) -> Engine:
    """The engine that the model's configuration names, with its files below HAOSHUO_VOICES_DIR."""
    name = json.loads(args["model_config"])["parameters"]["engine"]["string_value"]
    settings = ServingSettings()
    return load(name, settings.voices_dir, settings.engine_threads, options(name))


@dataclass(frozen=True)
class _Asked(Generic[Item]):
    """A request that is to be answered."""

    item: Item
    request_id: str
    sender: Any


class Server(Generic[Item, Result]):
    """Answers the requests of a model, each as soon as its own result is there, not when the whole batch is.

    A request that was cancelled costs nothing any more; one that fails does not disturb its neighbours; one that needs
    something prepared is answered later, and no batch waits for it.
    """

    def __init__(
        self,
        unpack: Callable[[Any], Item],
        run: Callable[[Sequence[Item], Cancelled], Iterator[Result | Exception | None]],
        pack: Callable[[Result], Sequence[Any]],
        preparation: Callable[[Item], Callable[[], object] | None] = lambda _: None,
    ) -> None:
        self._unpack, self._run, self._pack, self._preparation = unpack, run, pack, preparation
        self._turn = Lock()  # an engine computes one batch at a time
        self._preparing = ThreadPoolExecutor(1, "preparing")
        self._late = BoundedSemaphore(LATE)

    def serve(self, requests: Sequence[Any]) -> None:
        batch: list[_Asked[Item]] = []
        for request in requests:
            sender = request.get_response_sender()
            try:
                asked = _Asked(self._unpack(request), request.request_id(), sender)
                if preparation := self._preparation(asked.item):
                    self._prepare(asked, preparation)
                else:
                    batch.append(asked)
            except Exception as error:  # noqa: BLE001 - as in _answer
                _send(sender, error=_refusal(error))
        if batch:
            self._speak(batch)

    def close(self) -> None:
        """Answer what is being prepared, before the process goes."""
        self._preparing.shutdown()

    def _prepare(self, asked: _Asked[Item], preparation: Callable[[], object]) -> None:
        if not self._late.acquire(blocking=False):
            # In the words of Triton's own full queue, by which the api knows it.
            _send(asked.sender, error=pb.TritonError("Exceeds maximum queue size", pb.TritonError.UNAVAILABLE))
            return
        self._preparing.submit(self._speak_later, asked, preparation)

    def _speak_later(self, asked: _Asked[Item], preparation: Callable[[], object]) -> None:
        try:
            if asked.request_id not in CANCELLATIONS:
                preparation()
        except Exception as error:  # noqa: BLE001 - as in _answer
            _send(asked.sender, error=_refusal(error))
        else:
            self._speak([asked])
        finally:
            self._late.release()

    def _speak(self, batch: Sequence[_Asked[Item]]) -> None:
        with self._turn:
            waiting = []
            for asked in batch:
                if asked.request_id in CANCELLATIONS:
                    _send(asked.sender, error=_cancelled("while it waited"))
                else:
                    waiting.append(asked)
            ids = [asked.request_id for asked in waiting]
            # Not `request.is_cancelled()`: it never is inside an ensemble, and asking costs a round trip to the server.
            results = _results([asked.item for asked in waiting], self._run, lambda i: ids[i] in CANCELLATIONS)
            for asked in waiting:
                _answer(asked.sender, next(results), self._pack)


def text(request: Any, name: str) -> str:
    """A tensor of text; empty where an optional one is not there."""
    try:
        return str(data(request, name) or b"", "utf-8")
    except UnicodeDecodeError as error:
        raise InvalidParameterError(f"{name} 不是 UTF-8") from error


def numbers(request: Any, name: str, default: Sequence[float]) -> tuple[float, ...]:
    tensor = pb.get_input_tensor_by_name(request, name)
    return tuple(default) if tensor is None else tuple(tensor.as_numpy().ravel().tolist())


def data(request: Any, name: str) -> bytes | None:
    """An optional tensor of bytes."""
    tensor = pb.get_input_tensor_by_name(request, name)
    return None if tensor is None else bytes(tensor.as_numpy().item())


def _results(
    items: Sequence[Item], run: Callable[[Sequence[Item], Cancelled], Iterator[Result]], cancelled: Cancelled
) -> Iterator[Result | Exception]:
    """What the engine makes of each item.

    Where it breaks off, the rest go through it one by one: only the item that is to blame gets the error.
    """
    done, missing = 0, Exception("the engine gave no result")
    try:
        for result in run(items, cancelled):
            yield result
            done += 1
    except Exception as error:  # noqa: BLE001 - as in _answer
        missing = error
    if len(items) > 1:
        for i in range(done, len(items)):
            yield from _results(items[i : i + 1], run, _alone(cancelled, i))
    elif not done:
        yield missing


def _alone(cancelled: Cancelled, index: int) -> Cancelled:
    """Of a run whose only item has this index among all."""
    return lambda _: cancelled(index)


def _answer(sender: Any, result: Result | Exception | None, pack: Callable[[Result], Sequence[Any]]) -> None:
    if result is None:
        _send(sender, error=_cancelled("while it was computed"))
    elif isinstance(result, Exception):
        _send(sender, error=_refusal(result))
    else:
        try:
            tensors = list(pack(result))
        except Exception as error:  # noqa: BLE001 - one left to Triton would send its traceback to the client
            _send(sender, error=_refusal(error))
        else:
            _send(sender, output_tensors=tensors)


def _cancelled(when: str) -> Any:
    pb.Logger.log_info(f"cancelled {when}")
    return pb.TritonError("cancelled", pb.TritonError.CANCELLED)


def _refusal(error: Exception) -> Any:
    if isinstance(error, SpeechError):
        return pb.TritonError(str(error), pb.TritonError.INVALID_ARG)
    pb.Logger.log_error("".join(traceback.format_exception(error)))
    return pb.TritonError("internal: 合成失败", pb.TritonError.INTERNAL)


def _send(sender: Any, **response: Any) -> None:
    sender.send(pb.InferenceResponse(**response), flags=pb.TRITONSERVER_RESPONSE_COMPLETE_FINAL)
