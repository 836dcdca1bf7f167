"""The real engine: Triton's ensemble `tts`, and its model `inspect`, over gRPC (contract 1)."""

import asyncio
import time
from collections.abc import Mapping
from contextlib import suppress
from dataclasses import replace
from pathlib import Path
from typing import Any
from uuid import uuid4

import numpy as np
import structlog
from tritonclient.grpc import InferInput, InferResult
from tritonclient.grpc.aio import InferenceServerClient
from tritonclient.utils import InferenceServerException

from api import problems
from api.engine.engine import DEFAULT_VOICE, Capabilities, Reading, Speech, Statistics, Syllable, Utterance
from api.engine.errors import EngineError, EngineFailedError, EngineTimeoutError, RefusedError
from api.engine.tensors import inputs, tensor
from api.engine.triton_errors import engine_error
from api.engine.voices import MIX, voices_of

log = structlog.get_logger()

MODEL = "tts"
STEPS = ("acoustic", "vocoder")
INSPECT = "inspect"
CANCEL = "cancel"
CANCEL_TIMEOUT_S = 2.0
CONFIGURATION_TIMEOUT_S = 2.0
STATISTICS_TIMEOUT_S = 1.0
# A Triton takes longer than this to start, so another engine cannot have come to this address in the meantime.
CONFIGURATION_AGE_S = 2.0
UNLIMITED = -1
NANOSECONDS = 1e9

# Giving any options replaces tritonclient's own, so its message sizes are here again.
CHANNEL_OPTIONS = [
    ("grpc.max_send_message_length", UNLIMITED),
    ("grpc.max_receive_message_length", UNLIMITED),
    # A peer whose host vanished closes no connection; only an unanswered ping tells. Without calls there are none: a
    # gRPC server with Triton's defaults answers an idle client's third with GOAWAY "Too many pings".
    ("grpc.keepalive_time_ms", 10_000),
    ("grpc.keepalive_timeout_ms", 3000),
    ("grpc.keepalive_permit_without_calls", 0),
    # By default gRPC waits up to two minutes before it looks again for a server that went away.
    ("grpc.initial_reconnect_backoff_ms", 200),
    ("grpc.min_reconnect_backoff_ms", 200),
    ("grpc.max_reconnect_backoff_ms", 500),
]


class TritonEngine:
    """Implements Engine. One server at `host:port`; made in a running event loop, which gRPC wants.

    With `tls`, a folder of `ca.pem`, `client.pem` and `client.key`, both sides prove who they are; the server by the
    name under which its address was found.
    """

    def __init__(self, address: str, tls: Path | None = None, server_name: str = "") -> None:
        self._address = address
        named = [("grpc.ssl_target_name_override", server_name)] if tls and server_name else []
        self._client = InferenceServerClient(address, channel_args=[*CHANNEL_OPTIONS, *named], **_credentials(tls))
        self._capabilities: Capabilities | None = None
        self._read_at = 0.0
        self._cancels: set[asyncio.Task[None]] = set()

    async def capabilities(self) -> Capabilities:
        return await self._known_capabilities(CONFIGURATION_TIMEOUT_S)

    async def speak(self, utterance: Utterance, timeout_s: float) -> Speech:
        deadline = time.monotonic() + timeout_s
        capabilities = await self._known_capabilities(timeout_s)
        left_s = deadline - time.monotonic()
        if left_s <= 0:
            raise EngineTimeoutError("no time left after reading the configuration")
        utterance = replace(utterance, voice=_known_to_it(utterance.voice, capabilities))
        return _speech(await self._infer(utterance, left_s), utterance, capabilities)

    async def inspect(self, text: str, timeout_s: float) -> Reading:
        request = _text("TEXT", text)
        try:
            return _reading(await self._client.infer(INSPECT, [request], client_timeout=timeout_s))
        except InferenceServerException as error:
            raise self._explain(error) from None

    async def statistics(self) -> Statistics:
        """The server's own statistics of the ensemble's steps."""
        try:
            answer = await self._client.get_inference_statistics(client_timeout=STATISTICS_TIMEOUT_S)
        except InferenceServerException as error:
            raise self._explain(error) from None
        steps = [model.inference_stats for model in answer.model_stats if model.name in STEPS]
        return Statistics(
            segments=max((step.compute_infer.count for step in steps), default=0),
            waited_s=sum(step.queue.ns for step in steps) / NANOSECONDS,
            worked_s=sum(step.compute_input.ns + step.compute_infer.ns + step.compute_output.ns for step in steps)
            / NANOSECONDS,
        )

    async def close(self) -> None:
        await asyncio.gather(*self._cancels)
        await self._client.close()

    async def _infer(self, utterance: Utterance, timeout_s: float) -> InferResult:
        request_id = uuid4().hex
        try:
            return await self._client.infer(MODEL, inputs(utterance), request_id=request_id, client_timeout=timeout_s)
        except asyncio.CancelledError:
            self._cancel_soon(request_id)
            raise
        except InferenceServerException as error:
            explained = self._explain(error)
            if isinstance(explained, EngineTimeoutError):
                self._cancel_soon(request_id)
            raise explained from None

    async def _known_capabilities(self, timeout_s: float) -> Capabilities:
        if self._capabilities is None or time.monotonic() - self._read_at > CONFIGURATION_AGE_S:
            self._capabilities = await self._read_capabilities(timeout_s)
            self._read_at = time.monotonic()
        return self._capabilities

    async def _read_capabilities(self, timeout_s: float) -> Capabilities:
        try:
            answer = await self._client.get_model_config(MODEL, client_timeout=timeout_s)
        except InferenceServerException as error:
            raise self._explain(error) from None
        try:
            return _capabilities({name: value.string_value for name, value in answer.config.parameters.items()})
        except (KeyError, ValueError) as error:
            raise EngineFailedError(f"a configuration without what the contract says: {error}") from None

    def _cancel_soon(self, request_id: str) -> None:
        """Tell Triton that nobody waits any more: of itself it does not tell the models inside an ensemble."""
        cancel = asyncio.create_task(self._cancel(request_id))
        self._cancels.add(cancel)
        cancel.add_done_callback(self._cancels.discard)

    async def _cancel(self, request_id: str) -> None:
        with suppress(InferenceServerException):  # then it is computed for nobody
            await self._client.infer(CANCEL, [_text("ID", request_id)], client_timeout=CANCEL_TIMEOUT_S)

    def _explain(self, error: InferenceServerException) -> EngineError:
        return engine_error(str(error.status()), error.message() or "", self._address)


def _capabilities(parameters: Mapping[str, str]) -> Capabilities:
    """An older server lists no voices, and neither does one whose voices are a folder of recordings."""
    voices = parameters.get("voices")
    return Capabilities(
        int(parameters["sample_rate"]),
        int(parameters["max_segment_characters"]),
        parameters.get("default_voice"),
        None if voices is None else voices_of(voices),
    )


def _known_to_it(voice: str, capabilities: Capabilities) -> str:
    """The voice with the server's own name of its default, or `RefusedError` where it has none."""
    names = voice.split(MIX)
    if DEFAULT_VOICE in names and capabilities.default_voice is None:
        log.warning("voice_not_configured", missing="HAOSHUO_VOICE")
        raise RefusedError(problems.VOICE_NOT_CONFIGURED)
    return MIX.join(capabilities.default_voice or "" if name == DEFAULT_VOICE else name for name in names)


def _speech(result: InferResult, utterance: Utterance, capabilities: Capabilities) -> Speech:
    """What contract 1 has of a segment; a server that is about to be replaced does not tell the rate of each yet."""
    waveform, rate, times = (result.as_numpy(name) for name in ("WAVEFORM", "SAMPLE_RATE", "CHARACTER_TIMES"))
    if waveform is None:
        raise EngineFailedError("no waveform")
    if times is not None:
        times = times.reshape(-1, 2)
        if len(times) != len(utterance.text) or not np.isfinite(times).all():
            raise EngineFailedError("not a time for each character")
    return Speech(np.ravel(waveform), capabilities.sample_rate if rate is None else int(rate.item()), times)


def _text(name: str, text: str) -> InferInput:
    """Of a model without batches."""
    return tensor(name, "BYTES", np.array([text.encode()], dtype=object))


def _reading(result: InferResult) -> Reading:
    normalized, syllables = (result.as_numpy(name) for name in ("NORMALIZED", "SYLLABLES"))
    if normalized is None or syllables is None:
        raise EngineFailedError("no reading")
    fields = ((field.decode() for field in syllable) for syllable in syllables.tolist())
    known = (Syllable(written, pinyin or None, spoken or None) for written, pinyin, spoken in fields)
    return Reading(normalized.item().decode(), tuple(known))


def _credentials(tls: Path | None) -> dict[str, Any]:
    files = {"root_certificates": "ca.pem", "private_key": "client.key", "certificate_chain": "client.pem"}
    return {"ssl": True} | {what: str(tls / file) for what, file in files.items()} if tls else {}
