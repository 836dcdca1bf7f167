"""What is read and how, and what is marked, through the whole stack."""

import base64
from collections.abc import Awaitable, Callable
from typing import Any

import aiohttp
import numpy as np
import pytest
from numpy.typing import NDArray
from tritonclient.grpc.aio import InferenceServerClient
from tritonclient.utils import InferenceServerException

from api.audio.formats import FORMATS
from tests.support.files import decode

Login = Callable[..., Awaitable[dict[str, str]]]


async def _post(edge: aiohttp.ClientSession, path: str, headers: dict[str, str], **body: Any) -> tuple[int, Any]:
    async with edge.post(path, json=body, headers=headers) as response:
        return response.status, await response.json()


async def _spoken(
    edge: aiohttp.ClientSession, headers: dict[str, str], text: str
) -> tuple[NDArray[np.float32], list[list[float]]]:
    """Samples, and the times of characters."""
    status, answer = await _post(edge, "/v1/tts/timestamps", headers, text=text, response_format="wav")
    assert 200 == status, answer
    return decode(base64.b64decode(answer["audio"]), FORMATS["wav"], answer["sample_rate"]), answer["characters"]


async def test_what_will_be_read_and_how(edge: aiohttp.ClientSession, login: Login) -> None:
    """Normalised, with readings before and after sandhi, segment by segment; it costs a call and no characters."""
    headers = await login()
    text = "你好，2026年！\n不是一‹行|HANG2›绿字，说OK。"
    status, answer = await _post(edge, "/v1/inspect", headers, text=text, speed=0.5)
    assert 200 == status, answer
    assert (text, "你好，二零二六年！ 不是一行绿字，说OK。") == (answer["text"], answer["normalized"])
    assert [(0, 9, 1.2), (10, 29, 0.0)] == [(one["start"], one["end"], one["pause_s"]) for one in answer["segments"]]
    first, second = ([" ".join(one.values()) for one in segment.pop("syllables")] for segment in answer["segments"])
    assert ["你 ni3 ni2", "好 hao3 hao3", "二 er4 er4", "零 ling2 ling2", "二 er4 er4"] == first[:5]
    assert ["不 bu4 bu2", "是 shi4 shi4", "一 yi1 yi4", "行 hang2 hang2", "绿 lü4 lü4"] == second[:5]
    assert ["说 shuo1 shuo1", "OK ou1 ou1", "OK kei4 kei4"] == second[-3:]
    async with edge.get("/v1/limits", headers=headers) as response:
        limits = (await response.json())["limits"]
    assert [9, 3000] == [limit["remaining"] for limit in limits]


async def test_what_is_marked_is_what_is_said(edge: aiohttp.ClientSession, login: Login) -> None:
    """A mark that says what is so makes the same samples, another one others; its signs have no time of their own."""
    headers = await login()
    plain, times = await _spoken(edge, headers, "我看书去。")
    same, marked_times = await _spoken(edge, headers, "我‹看书|kan4 SHU1›去。")
    other, _ = await _spoken(edge, headers, "我‹看书|KAN1 SHU1›去。")
    assert np.array_equal(plain, same)
    assert not np.array_equal(plain, other)
    assert times[:3] == [marked_times[place] for place in (0, 2, 3)]
    assert times[3:] == marked_times[-2:]
    silent = np.array([marked_times[1], *marked_times[4:-2]])
    assert (silent[:, 0] == silent[:, 1]).all()
    assert np.abs(same).max() > 0.1


@pytest.mark.parametrize("path", ["/tts", "/v1/inspect"])
@pytest.mark.parametrize("mark", ["‹行|HANG9›", "‹银行|YIN2›"])
async def test_a_mark_that_cannot_be_said(edge: aiohttp.ClientSession, login: Login, path: str, mark: str) -> None:
    """It is the caller's to mend: the answer names it."""
    status, answer = await _post(edge, path, await login(), text=f"去{mark}吧")
    assert (400, "invalid_pronunciation") == (status, answer["code"])
    assert mark in answer["error"]


async def test_triton_says_that_a_model_is_unknown(triton: InferenceServerClient) -> None:
    """In the words by which the api knows a server from before there was `inspect`."""
    with pytest.raises(InferenceServerException, match="Request for unknown model: 'nobody' is not found"):
        await triton.infer("nobody", [])
