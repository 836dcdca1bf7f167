from speech.kokoro.english import English


def test_guess(american: English) -> None:
    """A word that nobody knows is sounded out as English spelling has it; long ones part by part."""
    assert "S AO1 R AH0" == " ".join(american._guesser.guess("sora"))
    assert "Z UW2 T OW1 P IY0 AH0" == " ".join(american._guesser.guess("zootopia"))
    assert 2 * american._guesser.guess("a" * 24) == american._guesser.guess("a" * 48)
    assert [] == american._guesser.guess("")
