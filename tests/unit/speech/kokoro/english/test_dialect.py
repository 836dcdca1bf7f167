import pytest

from speech.kokoro.english.dialect import AMERICAN, BRITISH, spoken


@pytest.mark.parametrize(
    ("arpabet", "american", "british"),
    [
        ("S IH1 T IY0", "sˈɪTi", "sˈɪti"),
        ("K AA1 R", "kˈɑɹ", "kˈɑː"),
        ("W ER1 K ER0", "wˈɜɹkəɹ", "wˈɜːkə"),
        ("S T AO1 R IY0", "stˈɔɹi", "stˈɔːɹi"),
        ("F OW2 N AH0", "fˌOnə", "fˌQnə"),
    ],
)
def test_spoken(arpabet: str, american: str, british: str) -> None:
    """One spelling of sounds gives those of both dialects: taps in the one, no r but before vowels in the other."""
    assert (american, british) == (spoken(arpabet.split(), AMERICAN), spoken(arpabet.split(), BRITISH))
