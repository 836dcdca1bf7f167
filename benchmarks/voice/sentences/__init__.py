"""What is spoken: everyday sentences of our own, one a line."""

from pathlib import Path

LISTS = ("mandarin", "english", "mixed")


def sentences(name: str) -> list[str]:
    """Those of one of the lists."""
    return (Path(__file__).parent / f"{name}.txt").read_text("utf-8").splitlines()
