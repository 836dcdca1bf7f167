"""On the real stack a text that was written for the eye sounds like one that was written for the ear."""

from collections.abc import Awaitable, Callable

import aiohttp
import pytest

Login = Callable[..., Awaitable[dict[str, str]]]


@pytest.mark.parametrize(
    ("fields", "spoken"),
    [
        ({"text": "**你好**，[世界](https://a.com)！"}, "你好，世界！"),
        ({"text": "公式$\\frac{a}{b}$。"}, "公式b分之a。"),
        (
            {"text": "苹果", "dictation": {"repeat": 2, "gap_s": 0.5, "write_s": 0, "slow": False}},
            "苹果[pause:0.5s]苹果[pause:0.5s]",
        ),
    ],
)
async def test_sounds_alike(edge: aiohttp.ClientSession, login: Login, fields: dict[str, object], spoken: str) -> None:
    """Sample by sample, Markdown, formulas and dictation alike."""
    headers, answers = await login(), list[bytes]()
    for body in (fields, {"text": spoken}):
        async with edge.post("/v1/tts", json=body | {"response_format": "pcm"}, headers=headers) as response:
            assert 200 == response.status, await response.text()
            answers.append(await response.read())
    assert answers[0] == answers[1]
