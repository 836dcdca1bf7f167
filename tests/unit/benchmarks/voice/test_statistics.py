import numpy as np
import pytest

from benchmarks.voice.intelligibility import Understood
from benchmarks.voice.statistics import interval, similarities, summary
from tests.support.takes import taken


def test_summary() -> None:
    """Errors and pace are of all syllables together; what is measured of a sentence is the mean over sentences."""
    found = summary([taken(1), taken(0, f0_hz=300.0, seconds=3.0)])
    assert (2, 20, 5.0, 4.0, 250.0) == tuple(
        found[name] for name in ("sentences", "units", "error_percent", "pace", "f0_hz")
    )
    assert [3.25, 1.0] == pytest.approx([found["mos_overall"], found["similarity_least"]])


def test_interval() -> None:
    """It holds the rate, is narrow where sentences agree, wide where one has all errors, and always the same."""
    alike, uneven = [Understood(1, 10)] * 40, [Understood(40, 10)] + [Understood(0, 10)] * 39
    assert [0.1, 0.1] == pytest.approx(list(interval(alike)))
    low, high = interval(uneven)
    assert low < 0.1 < high
    assert high - low > 0.2
    assert (low, high) == interval(uneven)


def test_similarities() -> None:
    """A voice that is another's for one sentence of four is found in the least."""
    embeddings = np.array([[1, 0], [1, 0], [1, 0], [0, 1]], np.float32)
    assert [0.949, 0.949, 0.949, 0.316] == pytest.approx(similarities(embeddings).tolist(), abs=1e-3)
