"""The length of a text is about what it takes to say it."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from api.synthesis.length import fitting, length_of


@pytest.mark.parametrize(
    ("text", "length"),
    [
        ("好，", 2),
        ("3.14", 4),
        ("a b", 2.25),  # by their names
        ("NASA", 4),
        ("www html", 7.25),  # spelled
        ("hello", 2),
        ("It is", 2.75),
        ("strong", 3.75),
        ("用Python写", 4.25),
    ],
)
def test_letters_of_words_count_less(text: str, length: float) -> None:
    """From the first vowel on; what is spelled counts in full, as do Chinese characters, digits and signs."""
    assert length == length_of(text)


@given(st.text(st.sampled_from("aeyhwAEW好1. ")), st.text(st.sampled_from("aeyhwAEW好1. "), min_size=1))
def test_what_follows_adds_to_a_length(text: str, more: str) -> None:
    """So a text that is still written is never found to be shorter than it was."""
    assert length_of(text) < length_of(text + more) <= length_of(text) + length_of(more)


@given(st.text(st.sampled_from("aeyhwAEW好1. ")), st.integers(1, 10))
def test_as_much_as_fits(text: str, limit: int) -> None:
    """One character more would be too long."""
    size = fitting(text, limit)
    assert length_of(text[:size]) <= limit
    assert size == len(text) or length_of(text[: size + 1]) > limit
