import pytest

from speech.errors import InvalidParameterError
from speech.utterance import Utterance, check


@pytest.mark.parametrize("speed", [0.5, 1.0, 2.0])
def test_the_limits_are_within_the_range(speed: float) -> None:
    """The fastest and slowest speeds are allowed."""
    check(Utterance("好", "baker", speed=speed))


@pytest.mark.parametrize(
    "fields",
    [{"speed": 0.0}, {"speed": float("inf")}, {"pitch": float("nan")}, {"emotion": ()}, {"emotion": (-0.1,) * 8}],
)
def test_numbers_out_of_range_are_refused(fields: dict[str, object]) -> None:
    """What no engine takes is an error, whichever the engine."""
    with pytest.raises(InvalidParameterError):
        check(Utterance("好", "baker", **fields))  # type: ignore[arg-type]
