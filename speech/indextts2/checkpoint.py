"""Weights: read from a file without copying, weight norm folded, put into a module strictly."""

import logging
import pickle
import re
from collections.abc import Mapping, Sequence
from fnmatch import fnmatchcase
from pathlib import Path
from typing import Any, TypeVar

import torch
from safetensors import SafetensorError
from safetensors.torch import load_file
from torch import Tensor, nn

log = logging.getLogger(__name__)

State = dict[str, Tensor]
Module = TypeVar("Module", bound=nn.Module)

# torch has written weight norm in two ways; the first of a pair is the length, the second the direction.
PAIRS = (
    ("weight_g", "weight_v"),
    ("parametrizations.weight.original0", "parametrizations.weight.original1"),
)
NAMED = 3
"""Keys that an error names of each kind of mistake."""


class CheckpointError(Exception):
    """A file of weights is missing, damaged or not the model's; the message names the file and the key."""


def read(path: Path) -> State:
    """Every tensor in a file of weights, on the CPU and memory-mapped.

    Nested dictionaries become dotted keys (`net.cfm.…`), a bare tensor has the key "". What is no tensor, such as
    the counters of a training run, is passed over.
    """
    try:
        return _flat("", load_file(path) if path.suffix == ".safetensors" else _unpickled(path))
    except FileNotFoundError as error:
        raise CheckpointError(f"{path}: 缺少文件 (missing file)") from error
    except (SafetensorError, RuntimeError, EOFError, pickle.UnpicklingError, ValueError, KeyError) as error:
        raise CheckpointError(f"{path}: 文件损坏或下载不完整 (damaged or truncated file)") from error
    except OSError as error:
        raise CheckpointError(f"{path}: 无法读取 (cannot be read): {error.strerror}") from error


def part(state: Mapping[str, Tensor], prefix: str) -> State:
    """What is below `prefix` (such as `net.cfm`), without the prefix."""
    start = f"{prefix}."
    return {key.removeprefix(start): tensor for key, tensor in state.items() if key.startswith(start)}


def fold_weight_norm(state: Mapping[str, Tensor]) -> State:
    """The state with every pair of weight norm (Salimans & Kingma, 2016, arXiv:1602.07868) as its plain `weight`."""
    folded = dict(state)
    for length, direction in PAIRS:
        for key in [key for key in state if key.endswith(length)]:
            start = key.removesuffix(length)
            if start + direction in folded:
                folded[f"{start}weight"] = _product(folded.pop(key), folded.pop(start + direction))
    return folded


def problems(module: nn.Module, state: Mapping[str, Tensor], ignore: Sequence[str] = ()) -> list[str]:
    """What keeps a folded `state` from being `module`'s; nothing if it is.

    Keys that look like the module's own but for their numbers are layers that the configuration leaves out.
    """
    wanted = module.state_dict()
    known = set(map(_numberless, wanted))
    layers = [key for key in _unexpected(wanted, state, ignore) if _numberless(key) in known]
    shapes = [
        f"{key} {list(state[key].shape)} ≠ {list(tensor.shape)}"
        for key, tensor in wanted.items()
        if key in state and state[key].shape != tensor.shape
    ]
    kinds = {
        "缺少 (missing)": [key for key in wanted if key not in state],
        "多余 (unexpected)": layers,
        "形状不符 (wrong shape)": shapes,
    }
    return [f"{kind} {_named(keys)}" for kind, keys in kinds.items() if keys]


def load(  # noqa: PLR0913, PLR0917 - what to fill, with what, and where it is to run
    module: Module,
    state: Mapping[str, Tensor],
    where: str | Path,
    dtype: torch.dtype,
    device: torch.device | str,
    ignore: Sequence[str] = (),
) -> Module:
    """`module`, which was built on the meta device, with the weights of `state`; ready for inference.

    `where` is the file that errors name. `ignore` are patterns (`fnmatch`: `*` also spans dots) of keys that may be
    in the state and are of no use; other keys that the module does not know are told in the log. Onto the meta device
    it is a dry run: shapes are compared, no weight is read. Raises `CheckpointError` if a key is missing or has a wrong
    shape, or if there are more layers than the module has.
    """
    if torch.device(device).type == "meta":
        state = {key: tensor.to("meta") for key, tensor in state.items()}
    folded = fold_weight_norm(state)
    if found := problems(module, folded, ignore):
        raise CheckpointError(f"{where}: {'; '.join(found)}")
    wanted = module.state_dict()
    if unknown := _unexpected(wanted, folded, ignore):
        log.warning("%s: 忽略未知的权重 unknown keys, passed over: %s", where, _named(unknown))
    module.load_state_dict({key: folded[key] for key in wanted}, assign=True)
    return module.to(device=device, dtype=dtype).eval().requires_grad_(requires_grad=False)


def _unexpected(wanted: Mapping[str, Tensor], state: Mapping[str, Tensor], ignore: Sequence[str]) -> list[str]:
    return [key for key in state if key not in wanted and not any(fnmatchcase(key, pattern) for pattern in ignore)]


def _numberless(key: str) -> str:
    return re.sub(r"\d+", "#", key)


def _unpickled(path: Path) -> Any:
    with path.open("rb") as file:
        zipped = file.read(2) == b"PK"  # files of torch before 1.6 are not, and cannot be mapped
    return torch.load(path, map_location="cpu", weights_only=True, mmap=zipped)


def _flat(prefix: str, value: Any) -> State:
    if isinstance(value, Tensor):
        return {prefix: value}
    if not isinstance(value, Mapping):
        return {}
    return {
        key: tensor
        for name, inner in value.items()
        for key, tensor in _flat(f"{prefix}.{name}" if prefix else str(name), inner).items()
    }


def _product(length: Tensor, direction: Tensor) -> Tensor:
    """The weight; its norm was taken over the dimensions in which `length` has one entry."""
    dims = [dim for dim, size in enumerate(length.shape) if size == 1]
    norm: Tensor = torch.linalg.vector_norm(direction.float(), dim=dims, keepdim=True)
    return direction.float() * (length.float() / norm)


def _named(keys: Sequence[str]) -> str:
    more = f" … ({len(keys)})" if len(keys) > NAMED else ""
    return ", ".join(keys[:NAMED]) + more
