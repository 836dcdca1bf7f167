"""Waiting in tests: for a condition, not for a time."""

import asyncio
import inspect
from collections.abc import Awaitable, Callable

FIRST_PAUSE_S, LONGEST_PAUSE_S = 0.01, 0.25
"""Short at first, for what takes milliseconds; then longer, since looking takes the CPU from what is waited for."""


async def until(condition: Callable[[], bool | Awaitable[bool]], seconds: float = 5) -> None:
    """Returns soon after the condition holds; TimeoutError if it does not come to.

    It is called in a thread, so that one which runs a command or reads files does not stop the test's other tasks.
    """
    pause = FIRST_PAUSE_S
    async with asyncio.timeout(seconds):
        while True:
            result = await asyncio.to_thread(condition)
            if await result if inspect.isawaitable(result) else result:
                return
            await asyncio.sleep(pause)
            pause = min(2 * pause, LONGEST_PAUSE_S)
