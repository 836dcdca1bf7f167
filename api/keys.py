"""`python -m api.keys`: make, list and revoke API keys."""

import argparse
import asyncio
import sys
from collections.abc import Sequence
from datetime import UTC, datetime

from redis.exceptions import RedisError

from api.auth.api_keys import KeyStore
from api.redis_client import connect
from api.settings import SettingsError, load

CALLS, CHARACTERS, IN_PROGRESS = 600, 100_000, 16
"""Unless others are asked for: a server speaks for many people."""

LONGEST_NAME = 64


def main(arguments: Sequence[str] | None = None) -> int:
    """The exit status."""
    parser = argparse.ArgumentParser(prog="python -m api.keys", description=__doc__)
    commands = parser.add_subparsers(dest="command", required=True)
    making = commands.add_parser("create", help="make a key and show it, once")
    making.add_argument("name", type=_name, help="who will have it")
    making.add_argument("--calls", type=_positive, default=CALLS, help="in any window (default: %(default)s)")
    making.add_argument("--characters", type=_positive, default=CHARACTERS, help="in them (default: %(default)s)")
    making.add_argument(
        "--in-progress", type=_positive, default=IN_PROGRESS, help="calls worked on at a time (default: %(default)s)"
    )
    commands.add_parser("list", help="all keys, without their secrets")
    revoking = commands.add_parser("revoke", help="make a key worthless, within 10 seconds")
    revoking.add_argument("id", help="as `list` shows it")
    try:
        return asyncio.run(_run(parser.parse_args(arguments)))
    except (SettingsError, RedisError, OSError) as error:
        sys.stderr.write(f"✗ {error}\n")
        return 1


async def _run(options: argparse.Namespace) -> int:
    settings = load()
    redis = connect(settings.redis_url, settings.redis_timeout_s)
    store = KeyStore(redis, settings.limit_window_s)
    try:
        if options.command == "create":
            key = await store.create(options.name, options.calls, options.characters, options.in_progress)
            sys.stdout.write(f"{key}\n")
            return 0
        if options.command == "list":
            for one in await store.all():
                made = datetime.fromtimestamp(one.created_at, UTC).date().isoformat()
                limits = f"{one.plan.calls.amount} calls, {one.plan.characters.amount} characters"
                window = f"in {one.plan.calls.window_s} s, {one.plan.in_progress} in progress"
                sys.stdout.write(f"{one.id}  {made}  {one.name}  ({limits} {window})\n")
            return 0
        if await store.revoke(options.id):
            return 0
        sys.stderr.write(f"✗ 没有这个密钥 there is no such key: {options.id}\n")
        return 1
    finally:
        await redis.aclose()


def _positive(text: str) -> int:
    number = int(text)
    if number < 1:
        raise ValueError
    return number


def _name(text: str) -> str:
    if not 1 <= len(text) <= LONGEST_NAME or not text.isprintable():
        raise ValueError
    return text


if __name__ == "__main__":
    sys.exit(main())
