"""What many users cost: memory of Redis, and the time of a decision."""

import asyncio
import secrets
from collections.abc import Iterator, Mapping, Sequence
from random import Random

from redis import Redis

from benchmarks.load.markdown import table
from benchmarks.load.promises import Promise, most
from benchmarks.load.statistics import percentile
from benchmarks.speed.deciding import Asked, decide, latencies, limiter
from benchmarks.speed.part import Machine, Plot, Result, Say
from benchmarks.speed.plan import Plan
from benchmarks.speed.redis_server import redis_server

TITLE = "Growth: 10 to 10,000 users"
FLAT = 1.5
AT_ONCE = 16


async def measure(plan: Plan, say: Say) -> Result:
    """Redis is emptied before each number of users."""
    sizes = []
    with redis_server() as url, Redis.from_url(url) as store:
        async with limiter(url) as asked:
            await _visit(asked, [str(i) for i in range(AT_ONCE)])  # connects
            for users in plan.of((10, 1000), (10, 100, 1000, 10_000)):
                sizes.append(await _size(asked, store, users, plan.of(300, 3000)))
                say(f"{users} users: {sizes[-1]['bytes_a_user']:.0f} bytes a user")
        limit = int(store.info("memory")["maxmemory"])
    return {"sizes": sizes, "maxmemory": limit}


def lines(found: Result) -> Iterator[str]:
    yield "Each user has made one call, which was admitted and settled. Then decisions on users drawn at random, one at"
    yield "a time."
    yield ""
    names = ("users", "bytes_a_user", "keys_a_user", "without_ttl", "p50_s", "p99_s")
    head = ("users", "bytes a user", "keys a user", "keys that stay for ever", "decision p50 s", "p99 s")
    yield from table(head, [[one[name] for name in names] for one in found["sizes"]])
    yield ""
    largest, limit = found["sizes"][-1], found["maxmemory"]
    users = limit / largest["bytes_a_user"] / 1000
    yield f"By the largest number, the {limit / 2**20:.0f} MiB of Redis by default hold {users:.0f} thousand users"
    yield "who called within the last minute."


def promises(found: Result, _machine: Machine) -> Iterator[Promise]:
    first, last = found["sizes"][0], found["sizes"][-1]
    what = f"a decision with {last['users']} users, p50: times that with {first['users']}"
    yield most(what, FLAT, last["p50_s"] / first["p50_s"], "")
    stay = sum(one["without_ttl"] for one in found["sizes"])
    yield Promise("keys of users that stay for ever", "0", str(stay), stay == 0)


def plots(found: Result) -> Mapping[str, Plot]:
    series = {"p50": [(one["users"], 1e3 * one["p50_s"]) for one in found["sizes"]]}
    return {"growth": Plot("A decision of the limiter", series, ("users", "ms"))}


async def _size(asked: Asked, store: Redis, users: int, decisions: int) -> Result:
    store.flushall()
    before = _memory(store)
    names = [secrets.token_hex(16) for _ in range(users)]
    await _visit(asked, names)
    after, keys = _memory(store), list(store.scan_iter(count=1000))
    random = Random(users)  # noqa: S311 - not for secrets
    spent = await latencies(asked, random.choices(names, k=decisions), at_once=1)
    return {
        "users": users,
        "bytes_a_user": (after - before) / users,
        "keys_a_user": len(keys) / users,
        "without_ttl": sum(store.ttl(key) < 0 for key in keys),
        "p50_s": percentile(spent, 0.5),
        "p99_s": percentile(spent, 0.99),
    }


async def _visit(asked: Asked, users: Sequence[str]) -> None:
    """One call each, admitted and settled."""
    waiting = iter(users)

    async def caller() -> None:
        for user in waiting:
            admission = await decide(asked, user)
            await asked.limiter.settle(admission, calls=1, characters=admission.characters)

    await asyncio.gather(*(caller() for _ in range(AT_ONCE)))


def _memory(store: Redis) -> int:
    return int(store.info("memory")["used_memory"])
