"""`python -m serving.start [FLAG…]`: write the model repository for this machine, then become Triton.

Both stacks start Triton by this program, so that its flags stand in one place; those of the command line, such as
ports, are added to them.
"""

import os
import shutil
import sys
from typing import NoReturn

from serving import mps
from serving.repository import render
from serving.settings import Indextts2Settings, StartSettings

INDEXTTS2 = "indextts2"


def main() -> NoReturn:
    settings = StartSettings()
    try:
        prepare(settings)
    except FileNotFoundError:
        sys.exit(f"✗ 没有这个引擎 (no such engine): HAOSHUO_ENGINE={settings.engine}")
    device = check_device(settings)
    if settings.mps and device.startswith("cuda"):
        say(mps.start(settings.triton_run_dir / "mps", device))
    server = settings.triton_dir / "bin/tritonserver"
    os.execv(server, [str(server), *flags(settings), *sys.argv[1:]])  # noqa: S606 - no shell is the point


def prepare(settings: StartSettings) -> None:
    """Leave in the run folder what this start needs and nothing of the one before, for nobody else to look into."""
    settings.triton_run_dir.mkdir(mode=0o700, parents=True, exist_ok=True)
    for folder in (settings.models_dir, settings.cancel_dir):
        shutil.rmtree(folder, ignore_errors=True)
    settings.cancel_dir.mkdir()
    render(settings.models_source, settings.models_dir, settings.engine, settings.instances)


def check_device(settings: StartSettings) -> str:
    """The device that the engine will use; empty if it takes no other than the CPU.

    A GPU that was asked for and cannot be used is one line here, and not a traceback of each model.
    """
    if settings.engine != INDEXTTS2:
        return ""
    from speech.indextts2.device import DeviceError, usable  # noqa: PLC0415 - torch takes seconds to import

    try:
        return str(usable(Indextts2Settings().device))
    except DeviceError as error:
        sys.exit(f"✗ HAOSHUO_INDEXTTS2_DEVICE: {error}")


def flags(settings: StartSettings) -> list[str]:
    return [
        f"--model-repository={settings.models_dir}",
        f"--backend-directory={settings.triton_dir}/backends",
        f"--cache-directory={settings.triton_dir}/caches",
        "--cache-config=local,size=67108864",
        "--exit-timeout-secs=5",
        # What a model's rate_limiter asks for: see triton_models/*/configs/baker.pbtxt.
        "--rate-limit=execution_count",
        f"--rate-limit-resource=core:{settings.instances}",
    ]


def say(line: str) -> None:
    print(line, flush=True)  # noqa: T201 - before Triton's own log


if __name__ == "__main__":
    main()
