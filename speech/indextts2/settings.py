"""What both of the engine's models are built from."""

from dataclasses import dataclass
from pathlib import Path

import torch

from speech.indextts2.device import usable

DTYPES = {"float32": torch.float32, "float16": torch.float16, "bfloat16": torch.bfloat16}


def half(part: str, device: torch.device) -> torch.dtype:
    """The precision that is safe on a GPU and fast there; on a CPU float32.

    The flow runs for many steps, whose errors add up in float16, so it is bfloat16 where the GPU computes in it.
    """
    if device.type != "cuda":
        return torch.float32
    if part != "s2mel":
        return torch.float16
    return torch.bfloat16 if torch.cuda.is_bf16_supported(including_emulation=False) else torch.float32


@dataclass(frozen=True)
class Settings:
    """`folder` holds a checkpoint, as `python -m speech.indextts2 check` knows it.

    Empty strings are for the engine to choose: the first GPU where there is one; there half precision, on a CPU
    float32; the checkpoint's own `voices/` and `glossary.txt`.
    """

    folder: Path
    threads: int = 1
    device: str = ""
    gpt_dtype: str = ""
    s2mel_dtype: str = ""
    vocoder_dtype: str = ""
    semantic_device: str = ""
    """Where recordings are listened to; `cpu` saves 1.7 GB on the GPU, and a new voice takes seconds."""

    voices: str = ""
    glossary: str = ""
    steps: int = 25
    """Of the flow from noise to mel: fewer are faster and rougher."""

    compile: bool = False
    """Whether torch compiles the flow: a minute at the start and for each new length of 128 frames, faster after."""

    beams: int = 1
    memory_mb: int = 2048
    """What a batch may take for the GPT's cache, and again for the flow; larger ones are made in parts."""

    voice_cache_mb: int = 256

    @property
    def torch_device(self) -> torch.device:
        """`DeviceError` if torch cannot use it."""
        return usable(self.device)

    def dtype(self, part: str) -> torch.dtype:
        """Of the part `gpt`, `s2mel` or `vocoder`."""
        chosen: str = getattr(self, f"{part}_dtype")
        return DTYPES[chosen] if chosen else half(part, self.torch_device)

    @property
    def voices_folder(self) -> Path:
        return Path(self.voices) if self.voices else self.folder / "voices"

    @property
    def glossary_file(self) -> Path | None:
        if self.glossary:
            return Path(self.glossary)
        file = self.folder / "glossary.txt"
        return file if file.is_file() else None
