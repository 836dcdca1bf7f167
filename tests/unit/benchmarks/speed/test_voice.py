from pathlib import Path

import numpy as np
import pytest

from benchmarks.baseline_article.installation import melgan
from benchmarks.speed.part import Machine
from benchmarks.speed.parts import voice
from benchmarks.speed.parts.voice import BEFORE, NOW
from benchmarks.speed.vocoders import vocoders
from tests.support.audio import same_samples

STATE = Path(__file__).resolve().parents[4] / ".local"


@pytest.fixture
def found() -> dict[str, object]:
    return {
        "sentences": 3,
        "audio_s": 4.0,
        "acoustic_s": 0.01,
        "vocoder_s": {BEFORE: 0.13, "LiteRT": 0.11, NOW: 0.06},
        "different": 0.0003,
        "resident_mb": {BEFORE: 300.0, "LiteRT": 350.0, NOW: 401.0},
    }


@pytest.mark.parametrize(("avx512", "limit", "kept"), [(True, "≥ 2.2", False), (False, "≥ 1.5", True)])
def test_the_whole_voice_is_judged_by_the_processor(
    found: dict[str, object],
    avx512: bool,  # noqa: FBT001 - a row of the table
    limit: str,
    kept: bool,  # noqa: FBT001 - a row of the table
) -> None:
    """The acoustic model counts; 140 ms to 70 ms is twice as fast, which is enough only without AVX-512."""
    faster, memory = voice.promises(found, Machine(cores=2, avx512=avx512))
    assert (limit, "2", kept) == (faster.limit, faster.measured, faster.kept)
    assert ("≤ 100 MB", "101 MB", False) == (memory.limit, memory.measured, memory.kept)


def test_the_table_has_a_row_for_each_vocoder(found: dict[str, object]) -> None:
    """Milliseconds of the vocoder and of the whole voice, how many times as fast, and memory."""
    lines = list(voice.lines(found))
    assert f"| {BEFORE} | 130 | 140 | 1 | 300 |" in lines
    assert f"| {NOW} | 60 | 70 | 2 | 401 |" in lines


def test_every_vocoder_makes_the_same_samples() -> None:
    """In chunks, in one piece and by ONNX Runtime: what is compared is the same work."""
    mel = np.random.default_rng(0).normal(-3, 1, (300, 80)).astype(np.float32)
    before, *others = (vocode(mel) for vocode in vocoders(melgan(), STATE / "voices/baker").values())
    assert (300 * 300,) == before.shape
    assert all(same_samples(before, other) for other in others)
