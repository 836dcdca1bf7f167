"""NVIDIA's Multi-Process Service: the acoustic model and the vocoder, two processes, use the GPU at the same time.

Without it they take turns of some milliseconds, whatever each leaves idle. Its programs come into a container with the
driver, by NVIDIA's container toolkit.
"""

import os
import shutil
import subprocess
import sys
import time
from collections.abc import Mapping
from pathlib import Path

CONTROL = "nvidia-cuda-mps-control"

PROBE = "import sys, torch; torch.ones(1, device=sys.argv[1]).item()"
"""What any process does that uses a GPU."""

READY_S = 5.0
PROBE_S = 60.0


def start(folder: Path, device: str) -> str:
    """Start it, with its pipes in `folder`, and let the processes that this one starts use it; a line that says so.

    It ends with the group of this process. If it does not come up, or a process cannot use `device` through it, there
    is no MPS: then the line says why.
    """
    control = shutil.which(CONTROL)
    if control is None:
        return f"MPS: 没有 {CONTROL}，不使用 is not installed, not used"
    folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    variables = {"CUDA_MPS_PIPE_DIRECTORY": str(folder), "CUDA_MPS_LOG_DIRECTORY": str(folder)}
    daemon = subprocess.Popen([control, "-f"], env=os.environ | variables, stdout=subprocess.DEVNULL)
    problem = _problem(daemon, folder / "control", device, os.environ | variables)
    if problem:
        daemon.kill()
        daemon.wait()
        return f"MPS: 不可用，不使用 does not work, not used: {problem}"
    os.environ.update(variables)
    return "MPS: 使用 used"


def _problem(daemon: subprocess.Popen[bytes], pipe: Path, device: str, environment: Mapping[str, str]) -> str:
    """Empty if a process can use the device."""
    deadline = time.monotonic() + READY_S
    while not pipe.exists():
        if daemon.poll() is not None:
            return f"{CONTROL} ended with {daemon.returncode}"
        if time.monotonic() > deadline:
            return f"no {pipe} within {READY_S:g} s"
        time.sleep(0.1)
    probe = [sys.executable, "-c", PROBE, device]
    try:
        done = subprocess.run(probe, env=environment, capture_output=True, text=True, timeout=PROBE_S, check=False)
    except subprocess.TimeoutExpired:
        return f"no answer from {device} within {PROBE_S:g} s"
    return (done.stderr.strip().splitlines() or [f"status {done.returncode}"])[-1] if done.returncode else ""
