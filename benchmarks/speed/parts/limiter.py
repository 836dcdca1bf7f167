"""How fast the limits are decided on, and how exact they are."""

import asyncio
import secrets
import time
from collections.abc import Awaitable, Callable, Iterator, Mapping

from redis import Redis

from benchmarks.baseline_article.limits import is_rate_limited
from benchmarks.load.markdown import table
from benchmarks.load.promises import Promise
from benchmarks.load.statistics import percentile
from benchmarks.load.users import CALLS
from benchmarks.speed.deciding import accepted, decide, latencies, limiter, most_in_window
from benchmarks.speed.part import Machine, Plot, Result, Say
from benchmarks.speed.plan import Plan
from benchmarks.speed.redis_server import redis_server

TITLE = "The limits: speed and exactness"
AT_ONCE = (1, 16, 64)
CALLERS = 500
OVER = 5
"""Calls of each of many users, beyond the limit."""

WINDOW_S = 2
"""Short, so that its edge comes soon; the service's is 60 s."""

BURST = 3 * CALLS


async def measure(plan: Plan, say: Say) -> Result:
    with redis_server() as url:
        speed = [await _speed(url, at_once, plan.of(1000, 10000)) for at_once in AT_ONCE]
        theirs = await asyncio.to_thread(_their_speed, url, plan.of(1000, 10000))
        say(f"{speed[-1]['per_s']:.0f} decisions a second")
        exact = {"one user": await _one_user(url), "many users": await _many_users(url, plan.of(50, 500))}
        edge = {"haoshuo": await _edge(_ours(url)), "article": await _edge(_theirs(url))}
    return {"speed": speed, "article": theirs, "exact": exact, "edge": edge}


def lines(found: Result) -> Iterator[str]:
    """Speed, exactness, and what is let through about the end of a window."""
    yield "The service's limiter in this process, its script in a Redis of its own with the stack's configuration; each"
    yield "decision is on another user. The article's limit is INCR, and EXPIRE for the first call."
    yield ""
    rows = [
        ("Haoshuo", one["at_once"], round(one["per_s"]), 1e3 * one["p50_s"], 1e3 * one["p99_s"])
        for one in found["speed"]
    ]
    theirs = found["article"]
    rows.append(("the article's", 1, round(theirs["per_s"]), 1e3 * theirs["p50_s"], 1e3 * theirs["p99_s"]))
    yield from table(("limiter", "at a time", "decisions/s", "p50 ms", "p99 ms"), rows)
    yield ""
    one, many = found["exact"]["one user"], found["exact"]["many users"]
    yield f"- {one['callers']} callers of one user at once, by two limiters: {one['accepted']} let in, {CALLS} allowed."
    yield f"- {many['users']} users with {CALLS + OVER} calls each at once: {many['wrong']} got another number."
    ours, theirs = found["edge"]["haoshuo"], found["edge"]["article"]
    yield f"- One call, {BURST} just before its {WINDOW_S} s are over, {BURST} just after: within"
    yield f"  {WINDOW_S} s Haoshuo let in {ours}, the article's limit {theirs}, and {CALLS} are allowed."


def promises(found: Result, _machine: Machine) -> Iterator[Promise]:
    one, many, edge = found["exact"]["one user"]["accepted"], found["exact"]["many users"]["wrong"], found["edge"]
    yield Promise(f"{CALLERS} callers of one user: let in", str(CALLS), str(one), one == CALLS)
    yield Promise("many users: who got another number of calls", "0", str(many), many == 0)
    most = edge["haoshuo"]
    yield Promise("about the end of a window: let in within its length", f"≤ {CALLS}", str(most), most <= CALLS)


def plots(_found: Result) -> Mapping[str, Plot]:
    return {}


async def _speed(url: str, at_once: int, decisions: int) -> Result:
    async with limiter(url) as asked:
        await latencies(asked, [secrets.token_hex(16) for _ in range(at_once)], at_once)  # connects
        began = time.perf_counter()
        spent = await latencies(asked, [secrets.token_hex(16) for _ in range(decisions)], at_once)
        return {"at_once": at_once, **_summary(spent, time.perf_counter() - began)}


def _their_speed(url: str, decisions: int) -> Result:
    spent = []
    with Redis.from_url(url) as store:
        began = time.perf_counter()
        for _ in range(decisions):
            asked = time.perf_counter()
            is_rate_limited(store, secrets.token_hex(16), window=60, limit=CALLS)
            spent.append(time.perf_counter() - asked)
        return _summary(spent, time.perf_counter() - began)


def _summary(spent: list[float], seconds: float) -> Result:
    return {"per_s": len(spent) / seconds, "p50_s": percentile(spent, 0.5), "p99_s": percentile(spent, 0.99)}


async def _one_user(url: str) -> Result:
    async with limiter(url) as one, limiter(url) as other:
        user = secrets.token_hex(16)
        decisions = [asyncio.ensure_future(decide((one, other)[i % 2], user)) for i in range(CALLERS)]
        return {"callers": CALLERS, "accepted": await accepted(decisions)}


async def _many_users(url: str, users: int) -> Result:
    async with limiter(url) as asked:

        async def user() -> int:
            name = secrets.token_hex(16)
            return await accepted(asyncio.ensure_future(decide(asked, name)) for _ in range(CALLS + OVER))

        return {
            "users": users,
            "wrong": sum(got != CALLS for got in await asyncio.gather(*(user() for _ in range(users)))),
        }


Ask = Callable[[str], Awaitable[bool]]


def _ours(url: str) -> Ask:
    async def ask(user: str) -> bool:
        async with limiter(url, WINDOW_S) as asked:
            return not (await decide(asked, user)).refused

    return ask


def _theirs(url: str) -> Ask:
    async def ask(user: str) -> bool:
        with Redis.from_url(url) as store:
            return not is_rate_limited(store, user, window=WINDOW_S, limit=CALLS)

    return ask


async def _edge(ask: Ask) -> int:
    """The most calls that were let in within the length of a window, of bursts before and after its end."""
    user, let_in = secrets.token_hex(16), list[float]()
    began = time.monotonic()
    for after_s, calls in ((0.0, 1), (WINDOW_S - 0.3, BURST), (WINDOW_S + 0.1, BURST)):
        await asyncio.sleep(began + after_s - time.monotonic())
        for _ in range(calls):
            if await ask(user):
                let_in.append(time.monotonic())
    return most_in_window(let_in, WINDOW_S)
