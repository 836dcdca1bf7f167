"""When speech is taken for a runaway, which does not come to its end."""

CODES_PER_TOKEN = 20
"""A Chinese character is two tokens and, slowly spoken, half a second, which is 25 codes."""

FREE_CODES = 100
"""Two seconds, for pauses and for a text of one token."""


def longest(tokens: int) -> int:
    """The most codes that a text of so many tokens may take."""
    return FREE_CODES + CODES_PER_TOKEN * tokens
