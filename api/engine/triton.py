"""The real engine: Triton's ensemble `tts` over gRPC (contract 1)."""

import asyncio
from contextlib import suppress
from pathlib import Path
from typing import Any
from uuid import uuid4

import numpy as np
import structlog
from tritonclient.grpc import InferInput
from tritonclient.grpc.aio import InferenceServerClient
from tritonclient.utils import InferenceServerException

from api.engine.engine import Capabilities, Speech, Utterance
from api.engine.errors import EngineAwayError, EngineError, EngineFailedError, EngineTimeoutError
from api.engine.triton_errors import engine_error

log = structlog.get_logger()

MODEL = "tts"
CANCEL = "cancel"
CANCEL_TIMEOUT_S = 2.0
CONFIG_TIMEOUT_S = 2.0
UNLIMITED = -1

# Giving any options replaces tritonclient's own, so its message sizes are here again.
CHANNEL_OPTIONS: list[tuple[str, int | str]] = [
    ("grpc.max_send_message_length", UNLIMITED),
    ("grpc.max_receive_message_length", UNLIMITED),
    # A server whose machine is gone closes no connection.
    ("grpc.keepalive_time_ms", 10_000),
    ("grpc.keepalive_timeout_ms", 3_000),
    # By default gRPC waits up to two minutes before it looks again for a server that went away.
    ("grpc.initial_reconnect_backoff_ms", 200),
    ("grpc.min_reconnect_backoff_ms", 200),
    ("grpc.max_reconnect_backoff_ms", 1000),
]


class TritonEngine:
    """Implements Engine: the server at one address.

    With `tls`, a folder of `ca.pem`, `client.pem` and `client.key`, both sides prove who they are, and the server's
    certificate is to be for `name`, a `host:port`.
    """

    def __init__(self, address: str, name: str, tls: Path | None = None) -> None:
        self._address = address
        options = [*CHANNEL_OPTIONS, ("grpc.ssl_target_name_override", name.rsplit(":", 1)[0])]
        self._channel = {"channel_args": options if tls else CHANNEL_OPTIONS, **_credentials(tls)}
        self._open: InferenceServerClient | None = None
        self._capabilities: Capabilities | None = None
        self._goodbyes: set[asyncio.Task[None]] = set()

    async def capabilities(self) -> Capabilities:
        if self._capabilities is None:
            self._capabilities = await self._read_capabilities()
        return self._capabilities

    async def speak(self, utterance: Utterance, timeout_s: float) -> Speech:
        request_id = uuid4().hex
        sample_rate = (await self.capabilities()).sample_rate
        try:
            result = await self._client.infer(
                MODEL, _inputs(utterance), request_id=request_id, client_timeout=timeout_s
            )
        except asyncio.CancelledError:
            self._leave(request_id)
            raise
        except InferenceServerException as error:
            explained = self._explain(error)
            if isinstance(explained, EngineTimeoutError):
                self._leave(request_id)
            raise explained from None
        waveform = result.as_numpy("WAVEFORM")
        if waveform is None:
            raise EngineFailedError("no waveform")
        return Speech(np.ravel(waveform), sample_rate)

    async def close(self) -> None:
        if self._open is not None:
            await asyncio.gather(*self._goodbyes)
            await self._open.close()

    @property
    def _client(self) -> InferenceServerClient:
        if self._open is None:  # made with the first call: gRPC wants a running event loop
            self._open = InferenceServerClient(self._address, **self._channel)
        return self._open

    async def _read_capabilities(self) -> Capabilities:
        try:
            answer = await self._client.get_model_config(MODEL, client_timeout=CONFIG_TIMEOUT_S)
        except InferenceServerException as error:
            raise self._explain(error) from None
        parameters = answer.config.parameters
        try:
            return Capabilities(
                int(parameters["sample_rate"].string_value), int(parameters["max_segment_characters"].string_value)
            )
        except ValueError:
            log.warning("engine_without_capabilities", model=MODEL)
            raise EngineFailedError("no capabilities") from None

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

    def _explain(self, error: InferenceServerException) -> EngineError:
        explained = engine_error(str(error.status()), error.message() or "", self._address)
        if isinstance(explained, EngineAwayError):
            self._capabilities = None  # what comes back may be another engine
        return explained


def _credentials(tls: Path | None) -> dict[str, Any]:
    files = {"root_certificates": "ca.pem", "private_key": "client.key", "certificate_chain": "client.pem"}
    return {"ssl": True} | {what: str(tls / file) for what, file in files.items()} if tls else {}


def _inputs(utterance: Utterance) -> list[InferInput]:
    """What contract 1 takes; what is as usual is left out, since not every engine takes everything."""
    inputs = [
        _input("TEXT", "BYTES", np.array([[utterance.text.encode()]], dtype=object)),
        _input("VOICE", "BYTES", np.array([[utterance.voice.encode()]], dtype=object)),
        _input("SPEED", "FP32", np.array([[utterance.speed]], dtype=np.float32)),
    ]
    if any(utterance.emotion):
        inputs.append(_input("EMOTION", "FP32", np.array([utterance.emotion], dtype=np.float32)))
    for name, value in (("PITCH", utterance.pitch), ("INTENSITY", utterance.intensity)):
        if value != 1.0:
            inputs.append(_input(name, "FP32", np.array([[value]], dtype=np.float32)))
    if utterance.seed is not None:
        inputs.append(_input("SEED", "INT64", np.array([[utterance.seed]], dtype=np.int64)))
    return inputs


def _input(name: str, datatype: str, array: np.ndarray[Any, Any]) -> InferInput:
    tensor = InferInput(name, list(array.shape), datatype)
    tensor.set_data_from_numpy(array)
    return tensor
