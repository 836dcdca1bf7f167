"""Times of the real voice through the whole stack: sentences against the sound, characters against the model."""

import base64
from collections.abc import Awaitable, Callable
from itertools import pairwise
from typing import Any

import aiohttp
import numpy as np
import pytest

from api.audio.formats import FORMATS
from compose.local.stack import Stack
from speech.baker import Acoustic, Settings
from speech.utterance import Spectrum, Utterance
from tests.support.files import decode
from tests.support.frames import parse_frames
from tests.support.pauses import edges, off_by
from tests.support.subtitles import parse_srt

Login = Callable[..., Awaitable[dict[str, str]]]

SENTENCES = [
    "今天天气真好，我们去公园散步吧。", "你想吃什么？", "晚上一起看电影，好不好？", "好的。", "没问题！",
    "第二天是2025年3月8日，气温-5℃，四十四只石狮子。", "思索许久之后，他说：“算了吧。”",
]  # fmt: skip
TEXT = "".join(SENTENCES[:5]) + "\n" + "".join(SENTENCES[5:])
EXACT_S = 0.05
FRAME_S = 0.0125
"""Of the mel spectrogram."""


async def _asked(edge: aiohttp.ClientSession, headers: dict[str, str], **fields: Any) -> dict[str, Any]:
    async with edge.post("/v1/tts/timestamps", json={"text": TEXT, **fields}, headers=headers) as response:
        answer: dict[str, Any] = await response.json()
        assert 200 == response.status, answer
        return answer


def _edges(sentences: list[dict[str, Any]]) -> list[float]:
    return [sentence[edge] for sentence in sentences for edge in ("start_s", "end_s")]


@pytest.mark.parametrize(
    ("name", "fields"),
    [
        ("wav", {}),
        ("wav", {"speed": 0.5}),
        ("wav", {"speed": 1.5, "emotion": "happy"}),
        ("mp3", {}),
        ("m4a", {}),
        ("opus", {}),
        ("aac", {"sample_rate": 8000}),
    ],
)
async def test_sentences_are_where_they_are_heard(
    edge: aiohttp.ClientSession, login: Login, name: str, fields: dict[str, Any]
) -> None:
    """Each begins and ends where the sound does, to 50 ms, and between two of them there is a pause."""
    answer = await _asked(edge, await login(), response_format=name, **fields)
    assert SENTENCES == [sentence["text"] for sentence in answer["sentences"]]
    assert all(TEXT[one["start"] : one["end"]] == one["text"] for one in answer["sentences"])
    samples = decode(base64.b64decode(answer["audio"]), FORMATS[name], answer["sample_rate"])
    found = edges(samples, answer["sample_rate"])
    assert off_by(_edges(answer["sentences"]), found) <= EXACT_S
    for before, after in pairwise(answer["sentences"]):
        pause = samples[
            round(before["end_s"] * answer["sample_rate"]) : round(after["start_s"] * answer["sample_rate"])
        ]
        assert np.abs(pause).mean() < 0.1 * np.abs(samples).mean()


async def test_characters_have_the_frames_that_the_model_gave_them(
    edge: aiohttp.ClientSession, login: Login, stack: Stack
) -> None:
    """They are as far apart as FastSpeech2 has them, which speaks the same sentence here, and begin with the sound."""
    text = "我们2025年3月去看大熊猫，好不好？"
    answer = await _asked(edge, await login(), text=text, speed=0.8, response_format="wav")
    (spectrum,) = Acoustic(Settings(stack.settings.voices_dir / "baker")).run([Utterance(text, "baker", speed=0.8)])
    assert isinstance(spectrum, Spectrum)
    assert spectrum.character_frames is not None
    characters, frames = np.array(answer["characters"]), spectrum.character_frames
    assert (len(text), 2) == characters.shape
    assert np.abs((characters - characters[0, 0]) - (frames - frames[0, 0]) * FRAME_S).max() < 2e-3
    assert characters[0, 0] == pytest.approx(answer["sentences"][0]["start_s"], abs=EXACT_S)
    assert [text.index("，"), len(text) - 1] == np.flatnonzero(characters[:, 0] == characters[:, 1]).tolist()


async def test_subtitles_of_a_long_text(edge: aiohttp.ClientSession, login: Login) -> None:
    """Cues follow each other, can be read at a glance, and are together all that is said."""
    text = "".join(
        f"第{i}句话说得比较长，一个逗号接着一个逗号，怎么也停不下来，直到最后，终于说完了这么长的一句。"
        for i in range(4)
    )
    answer = await _asked(edge, await login(), text=text, subtitle_format="srt")
    cues = parse_srt(answer["subtitles"])
    assert text == "".join(line for *_, line in cues)
    assert all(len(line) <= 40 for *_, line in cues)
    assert all(start_s < end_s for start_s, end_s, _ in cues)
    assert all(before[1] <= after[0] for before, after in pairwise(cues))
    samples = decode(base64.b64decode(answer["audio"]), FORMATS["mp3"], answer["sample_rate"])
    assert off_by([time for cue in cues for time in cue[:2]], edges(samples, answer["sample_rate"])) <= EXACT_S


async def test_frames_have_the_times_of_the_whole(edge: aiohttp.ClientSession, login: Login) -> None:
    """What a stream tells of each segment is what the whole answer tells of the text."""
    headers = await login()
    whole = await _asked(edge, headers)
    body = {"text": TEXT, "stream_format": "frames", "timestamps": "character"}
    async with edge.post("/v1/tts/stream", json=body, headers=headers) as response:
        frames = [header for header, _ in parse_frames(await response.read())[:-1]]
    for header in frames:
        expected = whole["characters"][header["start"] : header["end"]]
        assert np.abs(np.array(expected) - np.array(header["characters"])).max() < 3e-3
    sentences = [sentence for header in frames for sentence in header["sentences"]]
    assert SENTENCES == [sentence["text"] for sentence in sentences]
    assert _edges(whole["sentences"]) == pytest.approx(_edges(sentences), abs=3e-3)


async def test_it_counts_as_one_call(edge: aiohttp.ClientSession, login: Login) -> None:
    """The sound and its times are charged once."""
    headers = await login()
    await _asked(edge, headers)
    async with edge.get("/v1/limits", headers=headers) as response:
        limits = (await response.json())["limits"]
    assert [9, 3000 - len(TEXT)] == [limit["remaining"] for limit in limits]
