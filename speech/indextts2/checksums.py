"""The SHA-256 of every downloaded file, in the form that `sha256sum -c` reads."""

import hashlib
from collections.abc import Iterator
from pathlib import Path

NAME = "checksums.sha256"


def read(folder: Path) -> dict[str, str]:
    """The recorded sums by file name; nothing if there is no record."""
    record = folder / NAME
    lines = record.read_text("utf-8").splitlines() if record.exists() else []
    return {name: sha256 for sha256, _, name in (line.partition("  ") for line in lines) if name}


def record(folder: Path, name: str, sha256: str) -> None:
    """Add the sum of one file, or replace it."""
    sums = read(folder) | {name: sha256}
    new = folder / f"{NAME}.new"
    new.write_text("".join(f"{sha256}  {name}\n" for name, sha256 in sorted(sums.items())), "utf-8")
    new.replace(folder / NAME)


def wrong(folder: Path) -> Iterator[str]:
    """The names of recorded files that are there and are not what was downloaded."""
    for name, sha256 in read(folder).items():
        path = folder / name
        if path.is_file() and of(path) != sha256:
            yield name


def of(path: Path) -> str:
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()
