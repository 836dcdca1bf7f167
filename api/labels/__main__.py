"""`python -m api.labels FILE…`: show the AIGC labels in the metadata of files, and whether this service signed them.

The status is 0 if it did, 1 if one file has no good label, 3 if one was signed with a key that is not known here.
"""

import argparse
import io
import sys
from collections.abc import Sequence
from pathlib import Path
from typing import BinaryIO

from api.labels.metadata import Fields, Signer, Verdict
from api.labels.reader import read
from api.settings import SettingsError, load

STANDARD_INPUT = "-"
GOOD, BAD, UNKNOWN = 0, 1, 3

TOLD = {
    Verdict.GOOD: (GOOD, "✓", "标识有效，由本服务签署 signed by this service"),
    Verdict.ALTERED: (BAD, "✗", "标识被改动 the label was altered"),
    Verdict.UNSIGNED: (BAD, "✗", "标识没有签名 the label is not signed"),
    Verdict.OTHER_KEY: (UNKNOWN, "?", "标识由另一密钥签署 signed with another key"),
}
UNVERIFIED = (UNKNOWN, "?", "没有密钥，未核对签名 there is no key to verify it with")


def main(arguments: Sequence[str] | None = None) -> int:
    description, status = (__doc__ or "").split("\n\n")
    parser = argparse.ArgumentParser(prog="python -m api.labels", description=description, epilog=status)
    parser.add_argument("files", nargs="+", metavar="FILE", help="`-` is standard input")
    files = parser.parse_args(arguments).files
    signer = _signer()
    statuses = {_show(name, signer) for name in files}
    return BAD if BAD in statuses else max(statuses)


def _signer() -> Signer | None:
    try:
        return Signer(load().user_hash_key.get_secret_value())
    except SettingsError as error:
        print(error, file=sys.stderr)  # noqa: T201
        return None


def _show(name: str, signer: Signer | None) -> int:
    try:
        container, fields = read(_opened(name))
    except (OSError, ValueError) as error:
        return _say(name, (BAD, "✗", f"无法读取 cannot be read: {error}"))
    if fields is None:
        return _say(f"{name} ({container})", (BAD, "✗", "没有标识 no label"))
    return _say(f"{name} ({container})", TOLD[signer.verify(fields)] if signer else UNVERIFIED, fields)


def _opened(name: str) -> BinaryIO:
    """In memory: a label may stand at the end."""
    return io.BytesIO(sys.stdin.buffer.read() if name == STANDARD_INPUT else Path(name).read_bytes())


def _say(name: str, told: tuple[int, str, str], fields: Fields | None = None) -> int:
    status, mark, sentence = told
    print(f"{mark} {name}: {sentence}")  # noqa: T201
    for field, value in (fields or {}).items():
        print(f"    {field:<18}{value}")  # noqa: T201
    return status


if __name__ == "__main__":
    sys.exit(main())
