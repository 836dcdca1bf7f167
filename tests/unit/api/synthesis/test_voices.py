"""A name means one voice, and never another."""

import pytest

from api.problems import Refusal
from api.synthesis.voices import OPENAI, Voices

VOICES = Voices("baker", {"alloy": "anna", "mother": "anna"})


@pytest.mark.parametrize(
    ("name", "voice"),
    [
        ("default", "baker"),
        ("baker", "baker"),
        ("nova", "baker"),
        ("alloy", "anna"),
        ("mother", "anna"),
        ("anna", "anna"),
    ],
)
def test_names(name: str, voice: str) -> None:
    """`default` and OpenAI's names are the configured voice unless the configuration says else."""
    assert voice == VOICES.resolve(name)


def test_an_unknown_name_is_left_to_the_engine() -> None:
    """It has voices of its own, and refuses what it does not know."""
    assert "lily" == VOICES.resolve("lily")


@pytest.mark.parametrize("name", ["", "a" * 65, "../etc", "a b", "a\n", "好/坏"])
def test_what_can_be_no_name(name: str) -> None:
    """It is refused before an engine sees it."""
    with pytest.raises(Refusal, match="unknown_voice"):
        VOICES.resolve(name)


def test_all_names_are_listed() -> None:
    """What a client may say, with the voice that it means."""
    assert {"default", "baker", "anna", "mother", *OPENAI} == set(VOICES.names)
    assert ("anna", "baker") == (VOICES.names["alloy"], VOICES.names["echo"])
