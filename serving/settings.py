"""Every knob of the models in Triton, read from the environment and `.env`."""

from dataclasses import dataclass
from pathlib import Path
from typing import Any, Literal

from pydantic import Field
from pydantic_settings import BaseSettings, SettingsConfigDict

from serving.machine import cores, memory_mb

MODELS = Path(__file__).resolve().parents[1] / "triton_models"


@dataclass(frozen=True)
class Memory:
    """In MiB.

    `server` is what Triton itself, `inspect` and `cancel` hold, and some room; `instance` is what an acoustic model and
    a vocoder hold after the longest segment at half the speed.
    """

    server: int
    instance: int


LIGHT = Memory(server=512, instance=550)
"""Triton 100, `inspect` 260, `cancel` 55; an acoustic model 270, a vocoder 250."""

MEMORY = {"kokoro": Memory(server=512, instance=1400)}
"""Of engines that hold more than `baker` does. Kokoro's acoustic model 400; its vocoder 350, and 25 for each second of
the longest segment that it has spoken, of which there may be 24.
"""

Dtype = Literal["", "float32", "float16", "bfloat16"]


class ServingSettings(BaseSettings):
    """What the stacks set themselves."""

    model_config = SettingsConfigDict(env_prefix="HAOSHUO_", extra="ignore", frozen=True)

    voices_dir: Path = Field(Path("/voices"), description="The folder that holds a folder of files for each engine")
    engine_threads: int = Field(1, ge=1, description="CPU threads of one model instance")
    engine_instances: int = Field(0, ge=0, description="Instances of each model of a CPU engine; 0: as many as fit")
    triton_run_dir: Path = Field(
        description="Written anew at every start, of one Triton only: what its processes share"
    )

    @property
    def cancel_dir(self) -> Path:
        """Where the processes of one Triton tell each other of requests that nobody waits for any more."""
        return self.triton_run_dir / "cancelled"


class StartSettings(ServingSettings):
    """What Triton itself is started with."""

    engine: str = Field("kokoro", description="Names configs/<engine>.pbtxt of each model")
    models_source: Path = Field(MODELS, description="Triton's models and their configurations for each engine")
    triton_dir: Path = Field(Path("/opt/tritonserver"), description="Where Triton is installed")
    mps: bool = Field(default=True, description="Use NVIDIA's MPS on a GPU, where it is there and works")

    @property
    def instances(self) -> int:
        """As chosen, or one a core (or a group of as many as an instance has threads), if they fit into the memory."""
        memory = MEMORY.get(self.engine, LIGHT)
        fitting = (memory_mb() - memory.server) // memory.instance
        return self.engine_instances or max(1, min(cores() // self.engine_threads, fitting))

    @property
    def models_dir(self) -> Path:
        return self.triton_run_dir / "models"


class Indextts2Settings(BaseSettings):
    """The fields of `speech.indextts2.Settings` that a person may choose."""

    model_config = SettingsConfigDict(
        env_prefix="HAOSHUO_INDEXTTS2_", env_file=".env", env_ignore_empty=True, extra="ignore", frozen=True
    )

    device: str = Field("", description="`cuda`, `cuda:1`, `cpu`; empty: the first GPU where there is one")
    gpt_dtype: Dtype = Field("", description="Of the GPT; empty: float16 on a GPU, else float32")
    s2mel_dtype: Dtype = Field(
        "", description="Of the flow to mel; empty: bfloat16 on a GPU that computes in it, else float32"
    )
    vocoder_dtype: Dtype = Field("", description="Of BigVGAN; empty: float16 on a GPU, else float32")
    semantic_device: str = Field("", description="Where recordings are listened to; `cpu` saves 1.7 GB of GPU memory")
    voices: str = Field("", description="Folder of built-in voices; empty: voices/ of the checkpoint")
    glossary: str = Field("", description="Glossary file; empty: glossary.txt of the checkpoint, if it is there")
    steps: int = Field(25, ge=1, le=100, description="Steps from noise to mel: 10 to 12 are fast, 25 are best")
    compile: bool = Field(default=False, description="Compile the flow with torch.compile; needs a C compiler")
    beams: int = Field(1, ge=1, le=8, description="Beams of the GPT's search; upstream uses 3")
    memory_mb: int = Field(
        2048, ge=64, description="What the GPT's cache takes, and the rows of a batch again in the flow, MiB"
    )
    voice_cache_mb: int = Field(256, ge=1, description="What the cloned and built-in voices kept may take, MiB")


OPTIONS: dict[str, type[BaseSettings]] = {"indextts2": Indextts2Settings}


def options(engine: str) -> dict[str, Any]:
    """What was chosen for an engine: fields of its own settings."""
    return OPTIONS[engine]().model_dump() if engine in OPTIONS else {}
