"""What can be asked for, and what an answer is when nothing was."""

import pytest

from api import problems
from api.audio.formats import FORMATS, RATES, Encoding, encoding_of
from api.problems import Problem, Refusal


def test_the_engine_s_rate_is_kept_where_it_can_be() -> None:
    """Unless another was asked for; a format that has not got it takes the next higher one, or its highest."""
    assert 22050 == Encoding(FORMATS["mp3"]).rate_of(22050)
    assert 24000 == Encoding(FORMATS["opus"]).rate_of(22050)
    assert 8000 == Encoding(FORMATS["ulaw"]).rate_of(24000)
    assert 44100 == Encoding(FORMATS["mp3"], 44100).rate_of(22050)


def test_a_format_that_does_not_exist() -> None:
    """It is refused, and the refusal names all that exist."""
    with pytest.raises(Refusal, match="invalid_format"):
        encoding_of("midi", None, None)
    for sentence in (problems.INVALID_FORMAT.zh, problems.INVALID_FORMAT.en):
        assert all(name in sentence for name in FORMATS)


@pytest.mark.parametrize("name", FORMATS)
def test_sample_rates(name: str) -> None:
    """Those that a format has can be asked for, others are refused."""
    for rate in (*RATES, 96000):
        if rate in FORMATS[name].rates:
            assert rate == encoding_of(name, rate, None).sample_rate
        else:
            with pytest.raises(Refusal, match="invalid_sample_rate"):
                encoding_of(name, rate, None)


@pytest.mark.parametrize("name", FORMATS)
def test_bit_rates(name: str) -> None:
    """They can be chosen from the lowest to the highest, where there is something to choose."""
    lowest, highest = FORMATS[name].bit_rates or (1, 0)
    for rate in (lowest, highest):
        if FORMATS[name].bit_rates:
            assert rate == encoding_of(name, None, rate).bit_rate
    for rate in (lowest - 1, highest + 1):
        with pytest.raises(Refusal, match="invalid_bit_rate"):
            encoding_of(name, None, rate)


@pytest.mark.parametrize("problem", [problems.INVALID_SAMPLE_RATE, problems.INVALID_BIT_RATE])
def test_refusals_name_the_limits(problem: Problem) -> None:
    """The numbers in the sentences are those of the formats."""
    limits = [rate for one in FORMATS.values() for rate in one.bit_rates or ()]
    for number in RATES if problem is problems.INVALID_SAMPLE_RATE else limits:
        assert str(number) in problem.zh
        assert str(number) in problem.en


def test_what_an_answer_takes() -> None:
    """Bytes a second, for the memory that it is given: of samples, or of the bit rate."""
    assert 48000 == Encoding().bytes_per_s(24000)
    assert 4000 == Encoding(FORMATS["opus"]).bytes_per_s(24000)
    assert 16000 == Encoding(FORMATS["mp3"], None, 128_000).bytes_per_s(24000)
