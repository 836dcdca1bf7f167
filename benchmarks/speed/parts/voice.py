"""The embedded voice on one core, beside what it was before its vocoder left LiteRT."""

import asyncio
import multiprocessing
import os
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from functools import partial
from pathlib import Path

import numpy as np

from benchmarks.baseline_article.installation import melgan
from benchmarks.baseline_article.model import Samples
from benchmarks.load.markdown import table
from benchmarks.load.processes import snapshot
from benchmarks.load.promises import Promise, least, most
from benchmarks.load.statistics import percentile
from benchmarks.load.texts import Texts
from benchmarks.speed.part import Machine, Plot, Result, Say
from benchmarks.speed.plan import Plan
from benchmarks.speed.vocoders import vocoders
from compose.local.settings import LocalSettings
from speech.baker import N_MELS, VOICE, Acoustic, Settings
from speech.utterance import Spectrum, Utterance

TITLE = "The embedded voice on one core"
BEFORE, NOW = "LiteRT, in chunks", "ONNX Runtime"
TARGET = (2.2, 1.5)
"""Times as fast as before, with AVX-512 and elsewhere."""

MORE_MB = 100.0
CHARACTERS = 20
FRAME_S = 0.0125
SAME = 1e-4
LONGEST_FRAMES = 2048
"""More than the longest segment has at its normal pace."""


async def measure(plan: Plan, say: Say) -> Result:
    """Each sentence by every vocoder in turn; memory in processes of their own."""
    found = await asyncio.to_thread(_times, plan.of(10, 40))
    memory = {}
    for name in found["vocoder_s"]:
        memory[name] = await asyncio.to_thread(_resident_mb, name)
        say(f"{name}: {1e3 * found['vocoder_s'][name]:.0f} ms, {memory[name]:.0f} MB")
    return found | {"resident_mb": memory}


def lines(found: Result) -> Iterator[str]:
    """The whole voice is the acoustic model and that vocoder."""
    acoustic, whole = found["acoustic_s"], _whole(found)
    count, seconds = found["sentences"], found["audio_s"]
    yield f"Medians of {count} sentences of {CHARACTERS} characters, {seconds:.2f} s of audio each, with one thread."
    yield f"The acoustic model takes {1e3 * acoustic:.1f} ms, whichever the vocoder is."
    yield ""
    rows = [
        (name, 1e3 * spent, 1e3 * whole[name], whole[BEFORE] / whole[name], found["resident_mb"][name])
        for name, spent in found["vocoder_s"].items()
    ]
    head = ("vocoder", "vocoder ms", "voice ms", "times as fast as before", f"MB after {LONGEST_FRAMES} frames")
    yield from table(head, rows)
    yield ""
    share = f"{100 * found['different']:.2g} %"
    yield f"Of the samples {share} differ by more than {SAME} between the first and the last: MelGAN's file rounds"
    yield "its bands to 8 bits, and the smallest difference may decide to which side."


def promises(found: Result, machine: Machine) -> Iterator[Promise]:
    whole, memory = _whole(found), found["resident_mb"]
    yield least("the voice on one core: times as fast as before", machine.of(*TARGET), whole[BEFORE] / whole[NOW])
    yield most("the voice: more memory of a vocoder than before", MORE_MB, memory[NOW] - memory[BEFORE], " MB")


def plots(_found: Result) -> Mapping[str, Plot]:
    return {}


def _whole(found: Result) -> dict[str, float]:
    return {name: found["acoustic_s"] + spent for name, spent in found["vocoder_s"].items()}


def _voice() -> Path:
    return LocalSettings(_env_file=None).voices_dir / VOICE


def _times(sentences: int) -> Result:
    acoustic, texts, everyone = Acoustic(Settings(_voice())), Texts(seed=20), vocoders(melgan(), _voice())
    spoken = [_timed(partial(_mel, acoustic, texts.sentence(CHARACTERS))) for _ in range(sentences + 1)]
    vocoded = [{name: _timed(partial(vocode, mel)) for name, vocode in everyone.items()} for _, mel in spoken]
    different = [np.abs(made[NOW][1] - made[BEFORE][1]) > SAME for made in vocoded]
    return {
        "sentences": sentences,
        "audio_s": sum(len(mel) for _, mel in spoken) / len(spoken) * FRAME_S,
        "acoustic_s": _median(spoken),
        "vocoder_s": {name: _median([made[name] for made in vocoded]) for name in everyone},
        "different": float(np.concatenate(different).mean()),
    }


def _mel(acoustic: Acoustic, text: str) -> Samples:
    (spectrum,) = acoustic.run([Utterance(text, VOICE)])
    assert isinstance(spectrum, Spectrum)  # noqa: S101 - our own texts can be spoken
    return spectrum.mel


def _timed(work: Callable[[], Samples]) -> tuple[float, Samples]:
    began = time.perf_counter()
    made = work()
    return time.perf_counter() - began, made


def _median(timed: Sequence[tuple[float, Samples]]) -> float | None:
    """Without the first, which warms up."""
    return percentile([spent for spent, _ in timed[1:]], 0.5)


def _resident_mb(name: str) -> float:
    with multiprocessing.get_context("spawn").Pool(1) as pool:
        return pool.apply(_hold, (name,))


def _hold(name: str) -> float:
    """The memory of this process, which has used this vocoder once, for longer than any segment is."""
    vocoders(melgan(), _voice())[name](np.zeros((LONGEST_FRAMES, N_MELS), np.float32))
    return snapshot()[os.getpid()].resident_mb
