"""Steps recorded as CUDA graphs."""

from collections.abc import Callable, Hashable

import torch


class Graphs:
    """Runs a step; on a GPU it is recorded the first time and replayed from then on, for good.

    A step reads and writes tensors at fixed addresses, allocates nothing that outlives it and never waits for the
    device. All graphs share one memory pool: they run one after another and leave nothing in it.
    """

    def __init__(self, device: torch.device) -> None:
        self._device = device
        # One for all: each stream has a workspace of tens of megabytes in cuBLAS, and memory that no other takes over.
        self._side = torch.cuda.Stream(device) if device.type == "cuda" else None  # type: ignore[no-untyped-call]  # torch's
        self._graphs: dict[Hashable, torch.cuda.CUDAGraph] = {}

    def __len__(self) -> int:
        return len(self._graphs)

    @property
    def records(self) -> bool:
        return self._side is not None

    def run(self, key: Hashable, step: Callable[[], None]) -> None:
        """Steps with the same key are the same sequence of kernels on the same addresses."""
        if self._side is None:
            step()
        elif key in self._graphs:
            self._graphs[key].replay()
        else:
            self._warm_up(step, self._side)
            self._graphs[key] = self._record(step, self._side)

    def _warm_up(self, step: Callable[[], None], side: torch.cuda.Stream) -> None:
        """The step itself, done once as usual: libraries set themselves up on a stream other than the default."""
        here = torch.cuda.current_stream(self._device)
        side.wait_stream(here)
        with torch.cuda.stream(side):
            step()
        here.wait_stream(side)

    def _record(self, step: Callable[[], None], side: torch.cuda.Stream) -> torch.cuda.CUDAGraph:
        """Recording does not run the step. Other threads may use the device meanwhile."""
        graph = torch.cuda.CUDAGraph()
        pool = next(iter(self._graphs.values())).pool() if self._graphs else None
        with torch.cuda.graph(graph, pool=pool, stream=side, capture_error_mode="thread_local"):
            step()
        return graph
