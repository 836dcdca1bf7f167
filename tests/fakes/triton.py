"""A gRPC server that answers as Triton does, in the same process."""

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from typing import Any

import grpc  # type: ignore[import-untyped]
import numpy as np
from numpy.typing import NDArray
from tritonclient.grpc import service_pb2, service_pb2_grpc
from tritonclient.utils import serialize_byte_tensor


class FakeTriton(service_pb2_grpc.GRPCInferenceServiceServicer):  # type: ignore[misc]
    def __init__(self) -> None:
        self.requests: list[service_pb2.ModelInferRequest] = []
        self.left: list[str] = []
        self.parameters = {"sample_rate": "24000", "max_segment_characters": "60"}
        self.waveform: NDArray[np.float32] = np.array([0, 0.5, -0.5, 1], np.float32)
        self.more_outputs: dict[str, tuple[str, NDArray[Any]]] = {}
        self.behave: Callable[[Any], Awaitable[None]] | None = None
        self.inspects = True
        self.cancelled = asyncio.Event()

    async def ModelInfer(  # noqa: N802
        self, request: service_pb2.ModelInferRequest, context: Any
    ) -> service_pb2.ModelInferResponse:
        if request.model_name == "cancel":
            self.left.append(request.raw_input_contents[0][4:].decode())  # the length comes first
            return service_pb2.ModelInferResponse(model_name="cancel")
        if request.model_name == "inspect":
            return await self._inspect(request, context)
        self.requests.append(request)
        if self.behave:
            try:
                await self.behave(context)
            except asyncio.CancelledError:
                self.cancelled.set()
                raise
        response = service_pb2.ModelInferResponse(model_name="tts")
        response.outputs.add(name="WAVEFORM", datatype="FP32", shape=[1, len(self.waveform)])
        response.raw_output_contents.append(self.waveform.tobytes())
        for name, (datatype, array) in self.more_outputs.items():
            response.outputs.add(name=name, datatype=datatype, shape=array.shape)
            response.raw_output_contents.append(array.tobytes())
        return response

    async def _inspect(self, request: service_pb2.ModelInferRequest, context: Any) -> service_pb2.ModelInferResponse:
        """Every text is read as ‹长|CHANG2› OK."""
        if not self.inspects:
            await context.abort(grpc.StatusCode.NOT_FOUND, "Request for unknown model: 'inspect' is not found")
        self.requests.append(request)
        response = service_pb2.ModelInferResponse(model_name="inspect")
        for name, shape, values in (
            ("NORMALIZED", [1], ["长OK"]),
            ("SYLLABLES", [2, 3], ["长", "chang2", "chang2", "OK", "", ""]),
        ):
            response.outputs.add(name=name, datatype="BYTES", shape=shape)
            array = np.array([value.encode() for value in values], dtype=object)
            response.raw_output_contents.append(serialize_byte_tensor(array).item())
        return response

    async def ModelConfig(  # noqa: N802
        self, _request: service_pb2.ModelConfigRequest, _context: Any
    ) -> service_pb2.ModelConfigResponse:
        response = service_pb2.ModelConfigResponse()
        for name, value in self.parameters.items():
            response.config.parameters[name].string_value = value
        return response

    async def ModelStatistics(  # noqa: N802
        self, _request: service_pb2.ModelStatisticsRequest, _context: Any
    ) -> service_pb2.ModelStatisticsResponse:
        """Of three segments, milliseconds; the ensemble's own numbers hold those of its steps."""
        response = service_pb2.ModelStatisticsResponse()
        for name, waited, worked in (
            ("tts", 0, 9000),
            ("acoustic", 2000, 300),
            ("vocoder", 100, 600),
            ("cancel", 7, 7),
        ):
            statistics = response.model_stats.add(name=name).inference_stats
            for step, ms in (("queue", waited), ("compute_input", 1), ("compute_infer", worked), ("compute_output", 2)):
                getattr(statistics, step).count, getattr(statistics, step).ns = 3, ms * 10**6
        return response

    @asynccontextmanager
    async def serving(self, port: int = 0) -> AsyncIterator[str]:
        """The address at which it answers."""
        server = grpc.aio.server()
        service_pb2_grpc.add_GRPCInferenceServiceServicer_to_server(self, server)
        port = server.add_insecure_port(f"127.0.0.1:{port}")
        await server.start()
        yield f"127.0.0.1:{port}"
        await server.stop(None)
