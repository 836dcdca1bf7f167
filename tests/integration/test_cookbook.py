"""The programs of docs/cookbook.md, as they stand there, against the real stack."""

import asyncio
import io
import json
import os
import re
import shutil
import sys
from asyncio.subprocess import PIPE
from collections.abc import AsyncIterator, Awaitable, Callable
from pathlib import Path
from uuid import uuid4

import av
import pytest
from aiohttp import web
from aiohttp.test_utils import TestServer

from compose.local.settings import ROOT
from compose.local.stack import Stack
from tests.support.pages import blocks, frame_reader

Login = Callable[..., Awaitable[dict[str, str]]]
NODE = shutil.which("node")
needs_node = pytest.mark.skipif(not NODE, reason="needs node")
needs_curl = pytest.mark.skipif(not shutil.which("curl"), reason="needs curl")
SHELL = ("bash", "-euo", "pipefail", "-c")
COOKBOOK = "docs/cookbook.md"


def program(name: str) -> str:
    """The block that begins with a comment of this name."""
    return next(block for block in blocks(COOKBOOK) if re.match(rf"(#|//) {name}\n", block))


@pytest.fixture
def environment(stack: Stack, token: str) -> dict[str, str]:
    authorities = dict.fromkeys(("CURL_CA_BUNDLE", "SSL_CERT_FILE", "NODE_EXTRA_CA_CERTS"), str(stack.ca))
    return os.environ | authorities | {"HAOSHUO_URL": stack.settings.url, "HAOSHUO_KEY": token}


@pytest.fixture
async def token(login: Login) -> str:
    """A token is as good as a key."""
    return (await login())["Authorization"].removeprefix("Bearer ")


async def run(folder: Path, environment: dict[str, str], *command: str) -> tuple[int, str, str]:
    """Exit status, standard output, standard error."""
    process = await asyncio.create_subprocess_exec(*command, cwd=folder, env=environment, stdout=PIPE, stderr=PIPE)
    output, errors = await process.communicate()
    return process.returncode or 0, output.decode(), errors.decode()


def seconds_of(path: Path) -> float:
    with av.open(io.BytesIO(path.read_bytes()), "r") as container:
        return sum(frame.samples / frame.sample_rate for frame in container.decode(audio=0))


@needs_curl
async def test_curl(tmp_path: Path, environment: dict[str, str]) -> None:
    """A file, and a stream that is piped into a player."""
    player = {"PLAYER": "dd status=none of=heard.mp3"}
    for name in ("speak.sh", "listen.sh"):
        assert 0 == (await run(tmp_path, environment | player, *SHELL, program(name)))[0]
    assert 0.5 < seconds_of(tmp_path / "hello.mp3") < 3
    assert 4 < seconds_of(tmp_path / "heard.mp3") < 12


@needs_curl
async def test_voices_and_single_words(tmp_path: Path, environment: dict[str, str]) -> None:
    """The list of voices, without a key, and a word by one of them."""
    status, told, _ = await run(tmp_path, environment | {"HAOSHUO_KEY": ""}, *SHELL, program("voices.sh"))
    voice = json.loads(told)["voices"][0]
    assert (0, "zh-CN") == (status, voice["language"])
    assert 0 == (await run(tmp_path, environment | {"VOICE": voice["id"]}, *SHELL, program("word.sh")))[0]
    assert 0.2 < seconds_of(tmp_path / "strength.mp3") < 3


@needs_curl
async def test_curl_tells_of_an_error(tmp_path: Path, environment: dict[str, str]) -> None:
    """The exit status says that there is one, the file what it is."""
    status, _, _ = await run(tmp_path, environment | {"HAOSHUO_KEY": "no"}, *SHELL, program("speak.sh"))
    assert (22, "token_invalid") == (status, json.loads((tmp_path / "hello.mp3").read_text())["code"])


async def test_python(tmp_path: Path, environment: dict[str, str]) -> None:
    """A book of more than one file, of which nothing is left out, and which a second run does not speak again."""
    (tmp_path / "book.py").write_text(program("book.py"), "utf-8")
    (tmp_path / "short.txt").write_text(f"第一章\n\n{'春眠不觉晓。' * 175}\n第二章\n处处闻啼鸟。", "utf-8")
    command = (sys.executable, "book.py", "short.txt")
    assert (0, "short-000.mp3\nshort-001.mp3\n", "") == await run(tmp_path, environment, *command)
    assert (0, "", "") == await run(tmp_path, environment, *command)


async def test_python_tells_of_an_error(tmp_path: Path, environment: dict[str, str]) -> None:
    """In a sentence, with the id to ask for."""
    (tmp_path / "book.txt").write_text("……", "utf-8")
    (tmp_path / "book.py").write_text(program("book.py"), "utf-8")
    status, _, errors = await run(tmp_path, environment, sys.executable, "book.py", "book.txt")
    assert 1 == status
    assert "文本中没有可以朗读的内容 (nothing_to_speak, " in errors


WRITTEN = ("今天", "天气很好", "，我们去**公园**散步。", "你想", "一起来吗？")


@pytest.fixture
async def chat() -> AsyncIterator[str]:
    """A model with OpenAI's API for chats, which writes the same to everybody."""

    async def completions(request: web.Request) -> web.StreamResponse:
        assert (await request.json())["stream"]
        response = web.StreamResponse(headers={"Content-Type": "text/event-stream"})
        await response.prepare(request)
        for piece in WRITTEN:
            choices = [{"delta": {"content": piece}}]
            await response.write(f"data: {json.dumps({'choices': choices})}\n\n".encode())
        await response.write(b"data: [DONE]\n\n")
        return response

    app = web.Application()
    app.router.add_post("/v1/chat/completions", completions)
    async with TestServer(app) as server:
        yield str(server.make_url("/v1"))


async def test_chat_bot(tmp_path: Path, environment: dict[str, str], chat: str) -> None:
    """What a model writes is shown and heard."""
    (tmp_path / "talk.py").write_text(program("talk.py"), "utf-8")
    more = {"CHAT_URL": chat, "CHAT_KEY": "none", "CHAT_MODEL": "any", "PLAYER": "dd status=none of=heard.mp3"}
    status, output, errors = await run(tmp_path, environment | more, sys.executable, "talk.py", "天气怎么样？")
    assert (0, "".join(WRITTEN), "") == (status, output, errors)
    assert 3 < seconds_of(tmp_path / "heard.mp3") < 9


@needs_node
async def test_node(tmp_path: Path, environment: dict[str, str]) -> None:
    """A file that grows, and an error as a sentence."""
    (tmp_path / "stream.mjs").write_text(program("stream.mjs"), "utf-8")
    assert (0, "", "") == await run(tmp_path, environment, NODE or "", "stream.mjs", "你好，世界！")
    assert 0.5 < seconds_of(tmp_path / "speech.mp3") < 3
    status, _, errors = await run(tmp_path, environment, NODE or "", "stream.mjs", "……")
    assert 1 == status
    assert "nothing_to_speak" in errors


SPEAK = """
require({wx})
const {{ Speaker }} = require('./speaker')
const said = [], text = '今天天气非常好，我们一起去公园看花。你想不想跟我们一起去呢？好的，那我们明天早上就出发。'
const request = wx.request
wx.request = options => {{ // the second token, of a text that is asked for again, is no longer good
  if (wx.tokens === 1 && said.length) options.header.Authorization = 'Bearer old'
  return request(options)
}}
const speaker = new Speaker({{
  onSay: ({{ start, end }}) => said.push([...text].slice(start, end).join('')),
  onEnd: () => said.length < 6 ? speaker.speak(text) : speaker.speak('……'),
  onError: error => console.log(JSON.stringify({{ said, error, logins: wx.tokens, sounds: wx.heard.length }})),
}})
speaker.speak(text)
"""


@needs_node
async def test_mini_program(tmp_path: Path, stack: Stack, environment: dict[str, str]) -> None:
    """Pieces are heard in order, a token that is too old is renewed, an error is told, no file is left."""
    speaker = program("utils/speaker.js").replace("https://your-server", stack.settings.url)
    (tmp_path / "frames.js").write_text(f"{frame_reader()}\nmodule.exports = {{ frameReader }}", "utf-8")
    (tmp_path / "speaker.js").write_text(speaker, "utf-8")
    (tmp_path / "main.js").write_text(SPEAK.format(wx=json.dumps(str(ROOT / "tests/fakes/wx.js"))), "utf-8")
    files = tmp_path / "files"
    files.mkdir()
    more = {"USER_DATA": str(files), "CODE": uuid4().hex}
    status, output, errors = await run(tmp_path, environment | more, NODE or "", "main.js")
    assert (0, "") == (status, errors)
    answer = json.loads(output)
    text = "今天天气非常好，我们一起去公园看花。你想不想跟我们一起去呢？好的，那我们明天早上就出发。"
    assert text * 2 == "".join(answer["said"])
    assert ("文本中没有可以朗读的内容", 2) == (answer["error"], answer["logins"])
    assert len(answer["said"]) == answer["sounds"]
    assert [] == list(files.iterdir())
