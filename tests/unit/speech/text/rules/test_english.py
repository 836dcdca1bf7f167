import pytest

from speech.text import normalize_english


@pytest.mark.parametrize(
    ("written", "spoken"),
    [
        ("It costs $12.50.", "It costs twelve dollars and fifty cents。"),
        ("£1.00 or $0.01", "one pound or one cent"),
        ("€2.05", "two euros and five cents"),
        ("£3.02", "three pounds and two pence"),
        ("$1.25 million", "one point two five million dollars"),
        ("$5K", "five thousand dollars"),
        ("1,234.56 of 1000", "one thousand two hundred and thirty four point five six of one thousand"),
        ("the 1990s and the '80s", "the nineteen nineties and the eighties"),
        ("World War II, Chapter IX", "World War two， Chapter nine"),
        ("No. 5 is #1", "number five is number one"),
        ("call 555-1234", "call five five five， one two three four"),
        ("e.g. cats vs. dogs, i.e. pets", "for example cats versus dogs， that is pets"),
        ("open 24/7", "open twenty four seven"),
        ("C# or C++", "C sharp or C plus plus"),
        ("See https://www.example.com/ now.", "See example dot com now。"),
        ("See example.com.", "See example dot com。"),
        ("bob@example.com", "bob at example dot com"),
        ("at 10:30 in 1999", "at ten thirty in nineteen ninety nine"),
        ("St. John and Prof. Li", "Saint John and professor Li"),
    ],
)
def test_english(written: str, spoken: str) -> None:
    """Money, years, numbers, addresses and abbreviations are read as English speakers read them."""
    assert spoken == normalize_english(written)
