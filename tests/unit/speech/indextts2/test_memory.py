"""A server that runs for weeks."""

import ctypes
import gc
import random
import shutil
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
import torch

from speech.indextts2 import runaway as module
from speech.indextts2.engine import Acoustic, Settings, Vocoder
from speech.indextts2.gpt import Codes, Decoder
from speech.utterance import Spectrum, Utterance
from tests.support.recordings import file, voice

WARM_UP, BATCH = 280, 40
TEXTS = ("你好", "今天下雨了吗", "好", "我们去看电影吧", "一二三四五")
ALLOWED_MB = 64
"""It goes up and down by some 30. 1000 requests show a leak of 90 kB each, less than one voice takes; 400, of 550."""


def _resident_mb() -> float:
    gc.collect()
    ctypes.CDLL("libc.so.6").malloc_trim(0)
    return int(Path("/proc/self/statm").read_text().split()[1]) * 4096 / 2**20


def _as_if_finished(run: Callable[..., list[Codes | None]]) -> Callable[..., list[Codes | None]]:
    """Rows that were broken off are spoken all the same."""

    def finished(*arguments: Any) -> list[Codes | None]:
        return [codes and replace(codes, finished=True) for codes in run(*arguments)]

    return finished


@pytest.mark.parametrize("requests", [400, pytest.param(1000, marks=pytest.mark.full)])
def test_memory_does_not_grow(checkpoint: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, requests: int) -> None:
    """Mixed requests, with new voices all the time, in batches of changing shapes: as much memory as after 280."""
    monkeypatch.setattr(module, "FREE_CODES", 3)  # short speech: it is the number that counts
    monkeypatch.setattr(module, "CODES_PER_TOKEN", 1)
    monkeypatch.setattr(Decoder, "run", _as_if_finished(Decoder.run))
    folder = tmp_path / "indextts2"
    shutil.copytree(checkpoint, folder, ignore=shutil.ignore_patterns("qwen*"))
    torch.set_num_threads(1)
    settings = Settings(folder, steps=1, voice_cache_mb=1)
    acoustic, vocoder = Acoustic(settings), Vocoder(settings)
    chance = random.Random(0)
    recordings = [file(voice(3.0, 16000, pitch=100 + 10 * i), 16000) for i in range(6)]

    def request(number: int) -> Utterance:
        recording = chance.randrange(len(recordings))
        return Utterance(
            text=chance.choice(TEXTS),
            voice=f"user{number % 97}-{recording}",
            emotion=tuple(chance.random() for _ in range(8)),
            speed=chance.uniform(0.8, 2.0),
            seed=number,
            voice_audio=recordings[recording],
        )

    warm = 0.0
    for start in range(0, requests, BATCH):
        if start == WARM_UP:
            warm = _resident_mb()
        spectra = list(acoustic.run([request(start + i) for i in range(BATCH)]))
        assert BATCH == len(list(vocoder.run([one for one in spectra if isinstance(one, Spectrum)])))
    assert _resident_mb() - warm < ALLOWED_MB
