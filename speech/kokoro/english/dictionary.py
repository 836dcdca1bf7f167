"""misaki's dictionaries as one sorted text that is searched where it lies: as Python's they would take 40 MB."""

import json
from collections.abc import Mapping
from typing import NamedTuple

Entry = str | Mapping[str, str | None]
"""Symbols, or for a homograph the symbols of each of its parts of speech, `DEFAULT` among them."""


class Known(NamedTuple):
    """A word as it is written; `checked` by people, unlike those that were made from rules."""

    word: str
    checked: bool
    entry: Entry


def compiled(gold: bytes, silver: bytes) -> bytes:
    """A line per word, `polish<TAB>["Polish", true, "pˈOlɪʃ"]`, sorted; what people checked comes first."""
    rows = [
        (word.lower(), json.dumps(Known(word, checked, entry), ensure_ascii=False))
        for checked, dictionary in ((True, json.loads(gold)), (False, json.loads(silver)))
        for word, entry in dictionary.items()
    ]
    rows.sort(key=lambda row: row[0].encode())
    return "".join(f"{low}\t{known}\n" for low, known in rows).encode()


class Dictionary:
    """`content` is what `compiled` made."""

    def __init__(self, content: bytes) -> None:
        self._content = content

    def find(self, word: str) -> list[Known]:
        """All words that differ from this one in nothing but capitals."""
        key, found = word.lower().encode() + b"\t", []
        at = self._first(key)
        while self._content.startswith(key, at):
            end = self._content.index(b"\n", at)
            found.append(Known(*json.loads(self._content[at + len(key) : end])))
            at = end + 1
        return found

    def _first(self, key: bytes) -> int:
        """Where the first line begins that does not come before this key."""
        low, high = 0, len(self._content)
        while low < high:
            line = self._content.rfind(b"\n", 0, (low + high) // 2) + 1
            if self._content[line : self._content.index(b"\t", line) + 1] < key:
                low = self._content.index(b"\n", line) + 1
            else:
                high = line
        return low
