"""`python -m api.audit_search`: find lines of the audit trail, compressed or not, and print them as they stand."""

import argparse
import gzip
import json
import sys
from collections.abc import Iterator, Mapping, Sequence
from datetime import date
from operator import itemgetter
from pathlib import Path
from typing import Any

from api.audit import PACKED, files
from api.auth.principal import hash_of
from api.settings import load


def main(arguments: Sequence[str] | None = None) -> int:
    """0 if there is a line that was asked for."""
    parser = argparse.ArgumentParser(prog="python -m api.audit_search", description=__doc__)
    parser.add_argument("--path", help="where the trail is, as HAOSHUO_AUDIT_PATH says it")
    parser.add_argument("--since", type=date.fromisoformat, default=date.min, help="2026-11-01; days are of UTC")
    parser.add_argument("--until", type=date.fromisoformat, default=date.max, help="with that day")
    parser.add_argument("--openid", help="of a user, who is known here by a hash")
    parser.add_argument("--user", help="the hash of a user")
    parser.add_argument("--request-id")
    parser.add_argument("--produce-id", help="of a label, as `python -m api.labels` shows it")
    parser.add_argument("--status", type=int)
    options = parser.parse_args(arguments)
    wanted = {name: getattr(options, name) for name in ("user", "request_id", "produce_id", "status")}
    path = options.path
    if options.openid or not path:
        settings = load()
        path = path or settings.audit_path
        if options.openid:
            wanted["user"] = hash_of(options.openid, settings.user_hash_key.get_secret_value())
    if "%" not in path:
        parser.error(f"only a trail of a file a day can be searched, and it is written to {path or 'standard output'}")
    found = False
    for line in search(Path(path), options.since, options.until, {k: v for k, v in wanted.items() if v is not None}):
        found = True
        sys.stdout.write(line)
    return int(not found)


def search(path: Path, since: date, until: date, wanted: Mapping[str, Any]) -> Iterator[str]:
    """The lines of those days that have all wanted values, in the order of days."""
    for file, day in sorted(files(path.parent, path.name), key=itemgetter(1)):
        if since <= day <= until:
            yield from (line for line in _lines(file) if _has(line, wanted))


def _lines(file: Path) -> Iterator[str]:
    with gzip.open(file, "rt", encoding="utf-8") if file.suffix == PACKED else file.open(encoding="utf-8") as lines:
        yield from lines


def _has(line: str, wanted: Mapping[str, Any]) -> bool:
    try:
        found = json.loads(line)
    except ValueError:  # the disk was full in the middle of it
        return False
    return isinstance(found, dict) and all(found.get(name) == value for name, value in wanted.items())


if __name__ == "__main__":
    sys.exit(main())
