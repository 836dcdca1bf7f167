"""Each character of a text has the time of what is spoken for it."""

from dataclasses import replace

import numpy as np
import pytest

from api.audio.formats import Encoding
from api.synthesis.segments import Segment
from api.timing.characters import written_times
from api.timing.timeline import Timeline, frame_times
from tests.support.sounds import sound, times

TEXT = "在*WHO*行(xíng)"
SPANS = ((0, 1), (2, 5), (2, 5), *[(6, 7)] * 9)
SEGMENT = Segment("在世卫‹行|XING2›", 0, 7, 0.0, written="在*WHO*行", spans=SPANS)
TIMES = times((0, 0.1), (0.1, 0.2), (0.2, 0.4), (0.4, 0.4), (0.4, 0.5), *[(0.5, 0.5)] * 7)
WRITTEN = [[0, 0.1], [0.1, 0.1], [0.1, 0.2], [0.2, 0.3], [0.3, 0.4], [0.4, 0.4], [0.4, 0.5]]


def test_what_is_spoken_otherwise() -> None:
    """In equal parts; markup has no time of its own."""
    written = written_times(SEGMENT, TIMES)
    assert [1, 5] == np.flatnonzero(np.isnan(written[:, 0])).tolist()
    heard = replace(sound("", 0, 0.0, 0.5, times=TIMES), segment=SEGMENT)
    assert np.allclose(np.array(WRITTEN), np.array(frame_times(heard, 0.0, characters=True)["characters"]))
    timeline = Timeline(TEXT, Encoding(), [*"在", "", *"WHO", "", *"行", *[""] * 6])
    timeline.add(heard)
    assert np.allclose(np.array([*WRITTEN, *[[0.5, 0.5]] * 6]), np.array(timeline.characters()))
    assert [(TEXT[:7], 0, 7)] == [(one["text"], one["start"], one["end"]) for one in timeline.sentences()]
    assert ["在WHO行"] == [cue.text for cue in timeline.cues()]


def test_what_stands_for_nothing_that_is_written() -> None:
    """It has no character, and the text none of a known time."""
    inserted = Segment("好", 1, 1, 0.0, written="", spans=((1, 1),))
    heard = replace(sound("", 0, 0.0, 0.5, times=times((0, 0.5))), segment=inserted)
    timeline = Timeline("<>", Encoding())
    timeline.add(heard)
    assert [[0.0, 0.0]] * 2 == timeline.characters()
    assert written_times(Segment("好", 0, 1, 0.0), times((0, 0.5))) == pytest.approx(np.array([[0, 0.5]]))
