"""How an engine learns that nobody waits for a result any more."""

from collections.abc import Callable

Cancelled = Callable[[int], bool]
"""Says of the item with this index whether it was cancelled; asked again and again while there is work on it."""


def never(_index: int) -> bool:
    return False
