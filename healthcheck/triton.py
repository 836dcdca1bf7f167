"""What is true now of one Triton: what it counts first, and where that says nothing, real syntheses."""

import asyncio
import secrets
import time
from collections.abc import Awaitable, Callable
from typing import Any
from uuid import uuid4

import numpy as np
from tritonclient.grpc import InferInput
from tritonclient.grpc.aio import InferenceServerClient
from tritonclient.grpc.model_config_pb2 import ModelConfig
from tritonclient.utils import InferenceServerException

from healthcheck import metrics
from healthcheck.probes import ProbeError
from healthcheck.progress import Progress, Verdict
from healthcheck.sight import Failure, Sight, Unknown, Weight, Well

BUSY = ("Exceeds maximum queue size", "Request timeout expired")
DEAD = "is not healthy"  # a stub process; Triton never starts it again (triton-inference-server/server#8604)
INVALID = "INVALID_ARGUMENT"
MODELS = ("tts", "acoustic", "vocoder")
CANCEL = "cancel"
CANCEL_S = 2.0
WAIT_S = 1.5
"""How long a look takes while a probe is on its way; one that takes longer is met again in the next."""

FEW, MANY = 2, 8
"""So many calls for each instance: Triton may batch several for one. With one process of two dead, 2 met it 14 times of
15 when Triton was idle, but 3 times of 15 when it was busy with others; so when those have met it, more are made."""

REST, LONGEST_REST = 20, 3
"""An idle one rests for so many times as long as the last probe took, but at most so many times the usual pause: of an
engine that takes long for a word, looking should not be most of the work."""

BUSY_FACTOR = 1.5
"""A busy one is made to speak less often, but it is: work that others do may never meet a dead process."""


class TritonWatch:
    """Implements a probe's check for every address, and remembers each one's progress."""

    def __init__(self, voice: str, metrics_port: int, stall_s: float, probe_s: float) -> None:
        self._make: Callable[[str], _One] = lambda address: _One(address, voice, metrics_port, stall_s, probe_s)
        self._known: dict[str, _One] = {}

    async def __call__(self, address: str) -> Sight:
        if address not in self._known:
            self._known[address] = self._make(address)
        return await self._known[address].look()


class _One:
    def __init__(self, address: str, voice: str, metrics_port: int, stall_s: float, probe_s: float) -> None:
        self._address = address
        self._voice = voice
        self._metrics_url = f"http://{address.partition(':')[0]}:{metrics_port}/metrics"
        self._progress = Progress(stall_s)
        self._stall_s = stall_s
        self._probe_s = probe_s
        self._probe: asyncio.Task[Sight] | None = None
        self._probed_at = float("-inf")
        self._took_s = 0.0

    async def look(self) -> Sight:
        """Triton's own health endpoints hide a dead process, so they are not asked."""
        began = time.monotonic()
        try:
            counters = await metrics.counters(self._metrics_url)
        except ProbeError:
            self._forget()
            raise
        verdict = self._progress.look(counters, time.monotonic(), probing=self._probe is not None)
        if verdict is Verdict.HUNG:
            self._forget()
            waiting = f"{counters.waiting} requests and a probe wait"
            return Failure(f"no request was answered for {self._stall_s:g} s; {waiting}", Weight.CONCLUSIVE)
        # A call of `cancel` computes nothing, and nothing else shows that its only process is well.
        cancel = await _sight(_cancel(self._address))
        if cancel != Well():
            return cancel
        if self._probe is None and self._is_due(verdict):
            self._start(MANY if verdict is Verdict.SUSPECT else FEW)
        return await self._result(verdict, began + WAIT_S)

    def _is_due(self, verdict: Verdict) -> bool:
        pause_s = self._probe_s * (BUSY_FACTOR if verdict is Verdict.MOVING else 1)
        if verdict is Verdict.IDLE:
            pause_s = max(pause_s, min(REST * self._took_s, LONGEST_REST * self._probe_s))
        return verdict is Verdict.SUSPECT or time.monotonic() - self._probed_at >= pause_s

    def _start(self, times: int) -> None:
        self._probed_at = time.monotonic()
        self._progress.ask(self._probed_at)
        self._probe = asyncio.create_task(self._timed(_speak(self._address, self._voice, 2 * self._stall_s, times)))

    async def _timed(self, probe: Awaitable[None]) -> Sight:
        began = time.monotonic()
        sight = await _sight(probe)
        self._took_s = time.monotonic() - began
        return sight

    async def _result(self, verdict: Verdict, until: float) -> Sight:
        if self._probe is None:
            return Unknown() if verdict is Verdict.ASKED else Well()
        await asyncio.wait({self._probe}, timeout=max(0.0, until - time.monotonic()))
        if not self._probe.done():
            return Well() if verdict is Verdict.MOVING else Unknown()
        sight, self._probe = self._probe.result(), None
        if sight != Well():
            self._forget()
        return sight

    def _forget(self) -> None:
        """The next look probes, whenever the last one did."""
        self._probed_at = float("-inf")
        if self._probe is not None:
            self._probe.cancel()
            self._probe = None


async def _sight(probe: Awaitable[None]) -> Sight:
    try:
        await probe
    except InferenceServerException as error:
        return _explain(str(error.status()), str(error.message()))
    return Well()


def _explain(status: str, message: str) -> Sight:
    if any(busy in message for busy in BUSY):
        return Unknown()
    if DEAD in message:
        return Failure(message, Weight.LASTING)
    return Failure(message, Weight.NOTICE if INVALID in status else Weight.COUNTED)


async def _cancel(address: str) -> None:
    async with InferenceServerClient(address) as client:
        await client.infer(CANCEL, [_text("ID", uuid4().hex, [1])], client_timeout=CANCEL_S)


async def _speak(address: str, voice: str, timeout_s: float, times: int) -> None:
    """Speak so many times as often as there are instances, all at once; without a voice with the engine's own."""
    async with InferenceServerClient(address) as client:
        tts, *steps = [(await client.get_model_config(model, client_timeout=CANCEL_S)).config for model in MODELS]
        voice = voice or tts.parameters["default_voice"].string_value
        inputs = [_speech(voice) for _ in range(times * max(1, *map(_instances, steps)))]
        calls = (client.infer("tts", one, client_timeout=timeout_s) for one in inputs)
        results = await asyncio.gather(*calls, return_exceptions=True)
    errors = [result for result in results if isinstance(result, BaseException)]
    for error in sorted(errors, key=lambda error: DEAD not in str(error)):
        raise error


def _instances(configuration: ModelConfig) -> int:
    return sum(group.count for group in configuration.instance_group)


def _speech(voice: str) -> list[InferInput]:
    """A digit, said fast, since its sound is what a probe costs; a new seed, or the cache would hide a dead process."""
    return [
        _text("TEXT", str(secrets.randbelow(10)), [1, 1]),
        _text("VOICE", voice, [1, 1]),
        _tensor("SPEED", "FP32", np.array([[2.0]], np.float32)),
        _tensor("SEED", "INT64", np.array([[secrets.randbits(62)]], np.int64)),
    ]


def _text(name: str, value: str, shape: list[int]) -> InferInput:
    return _tensor(name, "BYTES", np.full(shape, value.encode(), dtype=object))


def _tensor(name: str, datatype: str, values: np.ndarray[Any, Any]) -> InferInput:
    return InferInput(name, list(values.shape), datatype).set_data_from_numpy(values)
