from typing import Any

import pytest

from benchmarks.voice.gates import GATES, judge

GOOD = {"voice": "baker", "list": "mandarin", "speed": 1.0, "error_percent": 5.0, "mos_overall": 2.9}
ALIKE = {"first": "sad", "second": "calm", "measure": "pace", "mean": 3.0, "times": 0.6}


def _broken(*voices: dict[str, Any], **more: Any) -> list[str]:
    found = {"default_voice": "baker", "voices": [{"similarity_least": 0.9} | voice for voice in voices], **more}
    return [promise.what for promise in judge("baker", found) if not promise.kept]


def test_a_good_voice_passes() -> None:
    """What was measured when the gates were set keeps them."""
    assert not _broken(GOOD, differences=[ALIKE | {"times": 1.1}])


@pytest.mark.parametrize(
    ("worse", "gate"),
    [
        ({"error_percent": GATES["baker"].mandarin_error + 0.1}, "syllables wrong"),
        ({"mos_overall": GATES["baker"].mos - 0.01}, "DNSMOS"),
        ({"similarity_least": GATES["baker"].similarity - 0.01}, "likeness"),
    ],
)
def test_each_gate_can_be_missed(worse: dict[str, float], gate: str) -> None:
    """What got worse is named, and nothing else is."""
    (broken,) = _broken(GOOD | worse)
    assert gate in broken


def test_emotions_that_are_alike_miss_a_gate() -> None:
    """One pair is enough."""
    assert ["baker, baker: pairs of emotions alike"] == _broken(GOOD, differences=[ALIKE, ALIKE | {"times": 2.0}])


@pytest.mark.parametrize("other", [{"voice": "another"}, {"list": "mixed"}, {"speed": 2.0}])
def test_only_the_default_voice_at_its_own_pace_is_judged(other: dict[str, Any]) -> None:
    """Others are in the report for whoever chooses among them."""
    assert not _broken(GOOD | {"error_percent": 50.0} | other)
