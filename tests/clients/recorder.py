"""Writes down what a client gets, for the test that started it: files and facts.json in the folder that OUT names.

The programs beside this module run in the environment of a client, which has none of the project's packages.
"""

import json
import os
import time
from pathlib import Path
from typing import Any

OUT = Path(os.environ["OUT"])
TEXT, OTHER_TEXT = json.loads(os.environ["TEXTS"])

facts: dict[str, Any] = {}


class Recording:
    """Audio in chunks, and when the first and the last of them came, in seconds."""

    def __init__(self, name: str) -> None:
        self._name, self._began = name, time.monotonic()
        self._data, self._times = bytearray(), list[float]()

    def add(self, chunk: bytes) -> None:
        if chunk:
            self._data += chunk
            self._times.append(time.monotonic() - self._began)

    def save(self) -> None:
        (OUT / self._name).write_bytes(self._data)
        facts[self._name] = {"first_s": self._times[0], "last_s": self._times[-1]} if self._times else None


def finish() -> None:
    (OUT / "facts.json").write_text(json.dumps(facts))
