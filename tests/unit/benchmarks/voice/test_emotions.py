from itertools import combinations

import pytest

from benchmarks.voice.emotions import VECTORS, differences
from benchmarks.voice.takes import Take
from speech.utterance import EMOTIONS
from tests.support.takes import taken


@pytest.mark.parametrize(
    ("changed", "measure"),
    [
        (taken(f0_hz=230.0), "height"),
        (taken(f0_range=9.0), "range"),
        (taken(seconds=1.8), "pace"),
        (taken(level_db=-17), "level"),
    ],
)
def test_one_measure_is_enough(changed: Take, measure: str) -> None:
    """Two emotions can be told apart if every sentence differs in one measure by more than people notice."""
    (found,) = differences({"neutral": [taken()] * 3, "happy": [changed] * 3})
    assert (measure, True) == (found.measure, found.distinguishable)


@pytest.mark.parametrize(
    "changed", [taken(f0_hz=205.0), taken(f0_range=6.5), taken(seconds=1.95), taken(level_db=-19.5)]
)
def test_what_nobody_notices_does_not_count(changed: Take) -> None:
    """However constant it is."""
    (found,) = differences({"calm": [taken()] * 3, "sad": [changed] * 3})
    assert not found.distinguishable


def test_what_differs_between_sentences_as_much_does_not_count() -> None:
    """A difference that is there in the mean only would not be heard in a sentence."""
    heights = [taken(f0_hz=f0) for f0 in (160.0, 200.0, 320.0)]
    (found,) = differences({"calm": [taken()] * 3, "happy": heights})
    assert not found.distinguishable


def test_every_pair_of_emotions_is_compared() -> None:
    """Each of the eight with each other, and with none."""
    found = differences({name: [taken(), taken()] for name in VECTORS})
    assert set(combinations(("neutral", *EMOTIONS), 2)) == {(one.first, one.second) for one in found}
