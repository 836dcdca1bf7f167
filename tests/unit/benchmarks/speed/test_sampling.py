import pytest

from benchmarks.speed.sampling import LOOP, grouped

MAIN = "<module> (api/__main__.py:46);BaseEventLoop._run_once (asyncio/base_events.py:1922)"


@pytest.mark.parametrize(
    ("frames", "component"),
    [
        ("infer (tritonclient/grpc/aio/__init__.py:675);_invoke (grpc/aio/_call.py:595)", "gRPC and Triton's client"),
        ("TritonEngine._infer (api/engine/triton.py:93);dumps (json/__init__.py:1)", "gRPC and Triton's client"),
        ("Race.run (api/engine/race.py:20);wait (asyncio/tasks.py:427)", "choice of a Triton (api.engine)"),
        ("samples_of (api/audio/encoder.py:30);_clip (numpy/core/_methods.py:99)", "audio (api.audio)"),
        ("FairQueue.speak (api/synthesis/queue.py:9)", "queue and admission (api.synthesis)"),
        ("Quart.__call__ (quart/app.py:1736);send (h11/_connection.py:5)", "hypercorn and h11"),
        ("Handle._run (asyncio/events.py:80)", LOOP),
    ],
)
def test_a_stack_belongs_to_its_innermost_component(frames: str, component: str) -> None:
    """What a library or the event loop does for a component counts as that component's."""
    assert {component: 7} == grouped([f"{MAIN};{frames} 7"])


def test_samples_add_up_and_the_most_come_first() -> None:
    """Stacks of the same component are one row."""
    stacks = [
        f"{MAIN};_verify (jwt/api_jws.py:4) 2",
        f"{MAIN};ping (redis/client.py:1) 4",
        f"{MAIN};_run (jwt/x.py:9) 1",
    ]
    assert [("limits and Redis", 4), ("tokens (api.auth, PyJWT)", 3)] == list(grouped(stacks).items())


@pytest.mark.parametrize(
    "innermost",
    ["EpollSelector.select (selectors.py:468)", "Condition.wait (threading.py:327)", "Thread.run (threading.py:982)"],
)
def test_waiting_is_no_work(innermost: str) -> None:
    """A thread that waits is not counted, even if py-spy takes it for busy."""
    assert {} == grouped([f"{MAIN};{innermost} 9"])
