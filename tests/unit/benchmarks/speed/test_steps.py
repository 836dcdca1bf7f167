import pytest

from benchmarks.load.records import Record
from benchmarks.speed import steps as module
from benchmarks.speed.steps import Made, speech_made, steps


def _record(request_id: str, wait_s: float, edge_s: float) -> Record:
    return Record("tiny", 20, 0.0, wait_s, status=200, audio_s=1.0, request_id=request_id, edge_s=edge_s)


def test_the_steps_add_up_to_what_the_caller_waits() -> None:
    """Each step is the difference of two neighbouring clocks; a call without a line in the edge's log is left out."""
    records = [_record("a", 0.010, 0.008), _record("b", 0.012, 0.008), _record("lost", 9.0, 9.0)]
    found = steps(records, {"a": 0.007, "b": 0.006}, speech_s=0.005, bare_s=0.002)
    assert [0.003, 0.0015, 0.0015, 0.003, 0.002] == pytest.approx(list(found.values()))
    assert 0.011 == pytest.approx(sum(found.values()))


def test_speech_is_that_of_all_processes(monkeypatch: pytest.MonkeyPatch) -> None:
    """The histogram's seconds and calls, summed over the processes of the api; its buckets are no calls."""

    class Settings:
        api_ports = (1, 2)

    class Stack:
        settings = Settings()

    class Service:
        stack = Stack()

    name = "haoshuo_synthesis_seconds"
    samples = [(f"{name}_sum", 1.5), (f"{name}_count", 10.0), (f"{name}_bucket", 7.0), ("haoshuo_backlog_work", 3.0)]
    monkeypatch.setattr(module, "_samples", lambda _port: samples)
    assert Made(3.0, 20.0) == speech_made(Service())  # type: ignore[arg-type]  # all that is read of one
