"""`check` and `say` of `python -m speech.indextts2`: what needs torch."""

import os
from collections.abc import Callable
from pathlib import Path

from speech import wav
from speech.indextts2.check import check as problems
from speech.indextts2.checkpoint import CheckpointError
from speech.indextts2.configuration import ConfigurationError
from speech.indextts2.device import DeviceError
from speech.indextts2.engine import Acoustic, Settings, Vocoder
from speech.utterance import EMOTIONS, Spectrum, Utterance

Tell = Callable[[str], None]

ERRORS = (CheckpointError, ConfigurationError, DeviceError)


def check(folder: Path, tell: Tell) -> bool:
    """Tell of everything that is missing or wrong; whether nothing is."""
    wrong = 0
    for finding in problems(folder):
        wrong += finding.is_problem
        tell(str(finding))
    tell("✓ 完整 complete" if not wrong else f"{wrong} 处问题 problem(s): {folder}")
    return not wrong


def say(  # noqa: PLR0913, PLR0917 - as many as the command has
    folder: Path, voice: str, text: str, file: Path, emotion: str, speed: float, seed: int, tell: Tell
) -> bool:
    """Write one segment as a WAV file; `voice` is a recording, or one of the folder's."""
    if emotion and emotion not in EMOTIONS:
        tell(f"✗ 没有这种情绪 no such emotion: {emotion} ({', '.join(EMOTIONS)})")
        return False
    recording = Path(voice)
    utterance = Utterance(
        text=text,
        voice="recording" if recording.is_file() else voice,
        emotion=tuple(float(name == emotion) for name in EMOTIONS),
        speed=speed,
        seed=seed,
        voice_audio=recording.read_bytes() if recording.is_file() else None,
    )
    settings = Settings(folder, threads=os.cpu_count() or 1)
    (spectrum,) = Acoustic(settings).run([utterance])
    if not isinstance(spectrum, Spectrum):
        tell(f"✗ {spectrum}")
        return False
    for spoken in Vocoder(settings).run([spectrum]):
        wav.write(file, spoken.waveform, spoken.sample_rate)
    return True
