"""How long a text is to say, as clients count it too, which cut longer ones."""

import re

from speech.errors import TextTooLongError

LETTER = 0.25
"""Of a Chinese character: a space, or a small letter from the first vowel of its word on, unless the word begins with
it. Everything else is one: words without a vowel are spelled."""

LETTERS = re.compile("(?:(?<=[A-Za-z])[aeiouy]|(?<=[AEIOUYaeiouy])[a-z])[a-z]*| +")


def length_of(text: str) -> float:
    return len(text) - (1 - LETTER) * sum(map(len, LETTERS.findall(text)))


def check_length(text: str, most: int) -> None:
    """Raise `TextTooLongError` where a text is longer than so many Chinese characters."""
    if (length := length_of(text)) > most:
        raise TextTooLongError(f"一段最多 {most} 个字，收到 {length:g} 个")
