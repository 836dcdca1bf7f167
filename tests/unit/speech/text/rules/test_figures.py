import pytest

from speech.text import normalize


@pytest.mark.parametrize(
    ("written", "spoken"),
    [
        ("共 3 个", "共三个"),
        ("12,345,678", "一千二百三十四万五千六百七十八"),
        ("10,000", "一万"),
        ("1e-5", "一乘十的负五次方"),
    ],
)
def test_figures(written: str, spoken: str) -> None:
    """Spaces and commas inside a number are no pauses, and e is a power of ten."""
    assert spoken == normalize(written)
