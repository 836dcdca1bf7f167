"""A built-in voice, as it is shown to those who choose one."""

from dataclasses import dataclass


@dataclass(frozen=True)
class Voice:
    """`language` is a BCP 47 tag, `gender` is `female` or `male`, `preview` is what it says of itself."""

    id: str
    name: str
    language: str
    gender: str
    preview: str
