"""The real engine: Triton's ensemble `tts` over gRPC (contract 1)."""

import asyncio
from contextlib import suppress
from functools import cached_property
from pathlib import Path
from typing import Any
from uuid import uuid4

import numpy as np
import structlog
from tritonclient.grpc import InferInput
from tritonclient.grpc.aio import InferenceServerClient
from tritonclient.utils import InferenceServerException

from api import problems
from api.engine.engine import Capabilities, Utterance
from api.engine.triton_errors import problem_of
from api.problems import Refusal
from api.synthesis.audio import Waveform

log = structlog.get_logger()

MODEL = "tts"
CANCEL = "cancel"
CANCEL_TIMEOUT_S = 2.0
UNLIMITED = -1

# Giving any options replaces tritonclient's own, so its message sizes are here again.
CHANNEL_OPTIONS = [
    ("grpc.max_send_message_length", UNLIMITED),
    ("grpc.max_receive_message_length", UNLIMITED),
    ("grpc.lb_policy_name", "round_robin"),
    # By default gRPC waits up to two minutes before it looks again for a server that went away.
    ("grpc.initial_reconnect_backoff_ms", 200),
    ("grpc.min_reconnect_backoff_ms", 200),
    ("grpc.max_reconnect_backoff_ms", 1000),
]


class TritonEngine:
    """One address. With `tls`, a folder of `ca.pem`, `client.pem` and `client.key`, both sides prove who they are."""

    def __init__(self, address: str, voice: str, timeout_s: float, tls: Path | None = None) -> None:
        self._address = address
        self._voice = voice
        self._timeout_s = timeout_s
        self._tls = tls
        self._capabilities: Capabilities | None = None
        self._goodbyes: set[asyncio.Task[None]] = set()

    async def capabilities(self) -> Capabilities:
        if self._capabilities is None:
            self._capabilities = await self._read_capabilities()
        return self._capabilities

    async def speak(self, utterance: Utterance) -> Waveform:
        request_id = uuid4().hex
        try:
            result = await self._client.infer(
                MODEL, self._inputs(utterance), request_id=request_id, client_timeout=self._timeout_s
            )
        except asyncio.CancelledError:
            self._leave(request_id)
            raise
        except InferenceServerException as error:
            explained = self._explain(error)
            if explained.problem is problems.SYNTHESIS_TIMEOUT:
                self._leave(request_id)
            raise explained from None
        waveform = result.as_numpy("WAVEFORM")
        if waveform is None:
            raise Refusal(problems.SYNTHESIS_FAILED)
        return np.ravel(waveform)

    async def close(self) -> None:
        if "_client" in self.__dict__:
            await asyncio.gather(*self._goodbyes)
            await self._client.close()

    @cached_property
    def _client(self) -> InferenceServerClient:
        # Made with the first call: gRPC wants a running event loop.
        return InferenceServerClient(self._address, channel_args=CHANNEL_OPTIONS, **_credentials(self._tls))

    async def _read_capabilities(self) -> Capabilities:
        try:
            answer = await self._client.get_model_config(MODEL, client_timeout=self._timeout_s)
        except InferenceServerException as error:
            raise self._explain(error) from None
        parameters = answer.config.parameters
        try:
            return Capabilities(
                int(parameters["sample_rate"].string_value), int(parameters["max_segment_characters"].string_value)
            )
        except ValueError:
            log.warning("engine_without_capabilities", model=MODEL)
            raise Refusal(problems.SYNTHESIS_FAILED) from None

    def _inputs(self, utterance: Utterance) -> list[InferInput]:
        inputs = [
            _input("TEXT", "BYTES", np.array([[utterance.text.encode()]], dtype=object)),
            _input("VOICE", "BYTES", np.array([[self._voice.encode()]], dtype=object)),
            _input("SPEED", "FP32", np.array([[utterance.speed]], dtype=np.float32)),
        ]
        if any(utterance.emotion):
            inputs.append(_input("EMOTION", "FP32", np.array([utterance.emotion], dtype=np.float32)))
        if utterance.seed is not None:
            inputs.append(_input("SEED", "INT64", np.array([[utterance.seed]], dtype=np.int64)))
        return inputs

    def _leave(self, request_id: str) -> None:
        """Tell Triton that nobody waits any more: of itself it does not tell the models inside an ensemble."""
        goodbye = asyncio.create_task(self._cancel(request_id))
        self._goodbyes.add(goodbye)
        goodbye.add_done_callback(self._goodbyes.discard)

    async def _cancel(self, request_id: str) -> None:
        request = InferInput("ID", [1], "BYTES")
        request.set_data_from_numpy(np.array([request_id.encode()], dtype=object))
        with suppress(InferenceServerException):  # then it is computed for nobody
            await self._client.infer(CANCEL, [request], client_timeout=CANCEL_TIMEOUT_S)

    def _explain(self, error: InferenceServerException) -> Refusal:
        explained = problem_of(str(error.status()), error.message() or "", self._address)
        if explained.problem is problems.ENGINE_UNAVAILABLE:
            self._capabilities = None  # what comes back may be another engine
        return explained


def _credentials(tls: Path | None) -> dict[str, Any]:
    files = {"root_certificates": "ca.pem", "private_key": "client.key", "certificate_chain": "client.pem"}
    return {"ssl": True} | {what: str(tls / file) for what, file in files.items()} if tls else {}


def _input(name: str, datatype: str, array: np.ndarray[Any, Any]) -> InferInput:
    tensor = InferInput(name, list(array.shape), datatype)
    tensor.set_data_from_numpy(array)
    return tensor
