from speech.indextts2.runaway import longest


def test_there_is_room_for_slow_speech() -> None:
    """A short text has two seconds to spare, and each token 0.4 s."""
    assert 120 == longest(1)
    assert 2500 == longest(120)
