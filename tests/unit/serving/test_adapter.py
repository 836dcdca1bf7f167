import time
from collections.abc import Callable, Iterator, Sequence
from functools import partial
from threading import Event
from types import ModuleType
from typing import Any
from unittest.mock import MagicMock

import pytest

from speech.cancellation import Cancelled
from speech.errors import SpeechError

Answers = dict[str, Any]
Run = Callable[[Sequence[str], Cancelled], Iterator[str]]


def _one_by_one(items: Sequence[str], _cancelled: Cancelled) -> Iterator[str]:
    """As `baker` does: each item when it is asked for."""
    return map(_speak, items)


def _all_at_once(items: Sequence[str], _cancelled: Cancelled) -> Iterator[str]:
    """As `indextts2` does: the first result comes when all are computed."""
    return iter([_speak(item) for item in items])


def _speak(item: str) -> str:
    if item == "unexpected":
        raise KeyError(item)
    if item == "stop":
        raise StopIteration
    if item == "speech":
        raise SpeechError(item)
    return f"spoken {item}"


def _requests(adapter: ModuleType, items: Sequence[str]) -> list[MagicMock]:
    adapter.pb.InferenceResponse.side_effect = lambda **response: response
    adapter.pb.TritonError.side_effect = lambda _message, code: code
    return [MagicMock(item=item, request_id=lambda: "") for item in items]


def _serve(adapter: ModuleType, items: Sequence[str], run: Run) -> list[str]:
    """What each of a batch of requests is answered: its result, or the name of its error's code."""
    requests = _requests(adapter, items)
    adapter.Server(lambda request: request.item, run, lambda result: [result]).serve(requests)
    return [_answer(adapter, request) for request in requests]


def _answer(adapter: ModuleType, request: MagicMock) -> str:
    (call,) = request.get_response_sender().send.call_args_list  # exactly one answer
    response = call.args[0]
    if "output_tensors" in response:
        return str(response["output_tensors"][0])
    codes = ("INTERNAL", "INVALID_ARG", "CANCELLED", "UNAVAILABLE")
    return next(code for code in codes if response["error"] is getattr(adapter.pb.TritonError, code))


@pytest.mark.parametrize("run", [_one_by_one, _all_at_once])
@pytest.mark.parametrize("bad", ["unexpected", "stop"])
def test_an_unexpected_exception_is_its_items_alone(adapter: ModuleType, run: Run, bad: str) -> None:
    """Of a batch of four whose second item breaks the engine three are spoken, however the engine goes through it."""
    assert ["spoken a", "INTERNAL", "spoken c", "spoken d"] == _serve(adapter, ["a", bad, "c", "d"], run)


def test_an_error_of_a_request_is_told_to_its_caller(adapter: ModuleType) -> None:
    """An engine yields it in the place of a result, and goes on."""
    run = MagicMock(return_value=iter(["spoken a", SpeechError("too long"), "spoken c"]))
    assert ["spoken a", "INVALID_ARG", "spoken c"] == _serve(adapter, ["a", "b", "c"], run)
    run.assert_called_once()


def test_an_engine_that_says_too_little_leaves_nobody_waiting(adapter: ModuleType) -> None:
    """A result that is missing is an error, not silence."""
    run = MagicMock(return_value=iter(["spoken a"]))
    assert ["spoken a", "INTERNAL"] == _serve(adapter, ["a", "b"], run)


def test_what_was_cancelled_meanwhile_is_asked_of_the_right_item(adapter: ModuleType) -> None:
    """An engine that starts anew after an exception still learns which of its items nobody waits for."""
    told = "0" * 32

    def run(items: Sequence[str], cancelled: Cancelled) -> Iterator[str | None]:
        if "c" in items:
            adapter.CANCELLATIONS.add(told)
        for i, item in enumerate(items):
            yield None if cancelled(i) else _speak(item)

    adapter.CANCELLATIONS._folder.mkdir()
    requests = _requests(adapter, ("unexpected", "b", "c"))
    requests[-1].request_id = lambda: told
    adapter.Server(lambda request: request.item, run, lambda result: [result]).serve(requests)
    assert ["INTERNAL", "spoken b", "CANCELLED"] == [_answer(adapter, request) for request in requests]


def test_what_needs_preparation_comes_later(adapter: ModuleType) -> None:
    """A batch does not wait for a voice that is being made; its caller gets speech, or why there is none."""
    made = Event()
    preparations = {"slow": made.wait, "bad": partial(_speak, "speech")}
    requests = _requests(adapter, ["a", "slow", "bad", "b"])
    server = adapter.Server(lambda request: request.item, _one_by_one, lambda result: [result], preparations.get)
    server.serve(requests)
    assert ["spoken a", "spoken b"] == [_answer(adapter, requests[i]) for i in (0, 3)]
    assert not requests[1].get_response_sender().send.called
    server.serve(more := _requests(adapter, ["c"]))
    assert "spoken c" == _answer(adapter, more[0])
    made.set()
    server.close()
    assert ["spoken slow", "INVALID_ARG"] == [_answer(adapter, requests[i]) for i in (1, 2)]


def test_no_more_is_prepared_than_is_bounded(adapter: ModuleType) -> None:
    """What comes beyond is refused as by Triton's own full queue, and room that was left is used again."""
    made = Event()
    requests = _requests(adapter, ["slow"] * (adapter.LATE + 1))
    server = adapter.Server(lambda request: request.item, _one_by_one, lambda result: [result], lambda _: made.wait)
    server.serve(requests)
    assert "UNAVAILABLE" == _answer(adapter, requests[-1])
    made.set()
    while not requests[-2].get_response_sender().send.called:
        time.sleep(0.01)
    server.serve(more := _requests(adapter, ["d"]))
    server.close()
    assert ["spoken slow", "spoken d"] == [_answer(adapter, requests[0]), _answer(adapter, more[0])]


def test_the_cancelled_are_not_prepared(adapter: ModuleType) -> None:
    """Nobody waits for it."""
    told = "1" * 32
    adapter.CANCELLATIONS._folder.mkdir()
    adapter.CANCELLATIONS.add(told)
    (request,) = requests = _requests(adapter, ["a"])
    request.request_id = lambda: told
    prepare = MagicMock()
    server = adapter.Server(lambda request: request.item, _one_by_one, lambda result: [result], lambda _: prepare)
    server.serve(requests)
    server.close()
    assert "CANCELLED" == _answer(adapter, request)
    prepare.assert_not_called()
