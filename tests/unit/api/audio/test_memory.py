"""Answers that are being sent take no more memory than they may."""

from contextlib import ExitStack

import pytest

from api.audio.memory import AudioMemory
from api.problems import Refusal


def test_memory_is_bounded() -> None:
    """What does not fit is refused, and fits when others have left."""
    memory = AudioMemory(1000)
    with memory.hold(600):
        with pytest.raises(Refusal, match="overloaded"), memory.hold(600):
            pass
        with memory.hold(150):
            pass
    with memory.hold(600):
        pass


def test_what_was_sent_makes_room() -> None:
    """An answer is as large as it turned out, less what has gone out, and never less than nothing."""
    memory = AudioMemory(1000)
    with memory.hold(700) as held:
        held.resize(500)
        with memory.hold(250):
            pass
        held.sent(400)
        with memory.hold(650):
            pass
        held.sent(400)
        assert 0 == memory.held_bytes
    assert 0 == memory.held_bytes


def test_short_answers_have_room_of_their_own() -> None:
    """However many long ones are being read slowly."""
    memory = AudioMemory(1000)
    with memory.hold(700), pytest.raises(Refusal, match="overloaded"), memory.hold(100):
        pass
    with memory.hold(750), ExitStack() as short:
        for _ in range(25):
            short.enter_context(memory.hold(10))
        with pytest.raises(Refusal, match="overloaded"), memory.hold(10):
            pass


def test_a_call_alone_always_has_room() -> None:
    """A budget smaller than one answer does not stop the service."""
    memory = AudioMemory(100)
    with memory.hold(500), pytest.raises(Refusal, match="overloaded"), memory.hold(1):
        pass
