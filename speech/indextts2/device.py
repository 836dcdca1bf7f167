"""Where the networks run: what was asked for, or an error that says why not. Never silently the CPU."""

import re

import torch


class DeviceError(RuntimeError):
    """The message is one line for whoever set the device."""


def usable(name: str) -> torch.device:
    """Of a name such as `cuda`, `cuda:1`, `cpu`; an empty one is the first GPU where there is one, else the CPU."""
    if not name:
        return usable("cuda") if torch.cuda.is_available() else torch.device("cpu")
    try:
        device = torch.device(name)
    except RuntimeError:
        raise DeviceError(f"没有这种设备 no such device: {name}") from None
    if device.type == "cuda":
        _require_card(device.index or 0)
    return device


def _require_card(index: int) -> None:
    built = f"torch {torch.__version__} (CUDA {torch.version.cuda or '–'})"
    if not torch.cuda.is_available():
        raise DeviceError(
            f"{built} 找不到可用的 GPU finds no GPU that it can use: "
            "驱动太旧或容器没有 GPU the driver is too old for it, or the container has no GPU (make doctor)"
        )
    if index >= torch.cuda.device_count():
        raise DeviceError(f"没有 GPU no cuda:{index}: 共有 there are {torch.cuda.device_count()}")
    card, capability = torch.cuda.get_device_name(index), torch.cuda.get_device_capability(index)
    if not _runs_on(torch.cuda.get_arch_list(), capability):
        raise DeviceError(f"{built} 不支持 does not run on {card} ({'.'.join(map(str, capability))})")


def _runs_on(built_for: list[str], capability: tuple[int, int]) -> bool:
    """A binary runs on cards of its major version that are not older; PTX (compute_…) on any that is not older."""
    for architecture in built_for:
        kind, _, number = architecture.partition("_")
        digits = re.sub(r"\D", "", number)
        major, minor = int(digits[:-1]), int(digits[-1])
        if (major, minor) <= capability and (kind == "compute" or major == capability[0]):
            return True
    return False
