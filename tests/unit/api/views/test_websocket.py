"""`/v1/audio/speech/stream`: text in while it is written, speech out, and word of whatever goes wrong."""

import asyncio
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from operator import itemgetter
from typing import Any

import pytest
from quart.testing.connections import WebsocketDisconnectError, WebsocketResponseError
from quart.typing import TestClientProtocol as Client

from api.engine.errors import EngineFailedError
from api.settings import Settings
from api.synthesis import growing as growing_module
from api.views import session as session_module
from api.views import streaming as streaming_module
from api.views.session import WAITING
from api.wiring import Services
from tests.fakes.engine import RATE, FakeEngine
from tests.support.app import running
from tests.support.speech_socket import PATH, SpeechSocket
from tests.support.waiting import until

FIRST, SECOND = "今天天气非常好，我们一起去公园。", "你想不想跟我们一起去看花呢？"
TEXT = FIRST + SECOND
Lines = Callable[[], Any]


@asynccontextmanager
async def connected(
    client: Client, headers: dict[str, str] | None = None, **config: Any
) -> AsyncIterator[SpeechSocket]:
    """A connection, configured if `config` is given."""
    async with client.websocket(PATH, headers=headers or {}) as websocket:
        socket = SpeechSocket(websocket.send, websocket.receive)
        if config:
            await socket.tell("session.config", **config)
        yield socket


async def calls_left(client: Client, bearer: dict[str, str]) -> tuple[int, int]:
    """Calls and characters."""
    limits = (await (await client.get("/v1/limits", headers=bearer)).get_json())["limits"]
    return limits[0]["remaining"], limits[1]["remaining"]


async def closing(socket: SpeechSocket) -> int:
    """The code with which the connection is closed, now."""
    with pytest.raises(WebsocketDisconnectError) as closed:
        await asyncio.wait_for(socket.receive(), 2)
    code: int = closed.value.args[0]
    return code


async def refused(client: Client, headers: dict[str, str]) -> tuple[int, str]:
    """The status and the code of a refused upgrade."""
    with pytest.raises(WebsocketResponseError) as refusal:
        async with connected(client, headers) as socket:
            await socket.receive()
    response = refusal.value.response
    return response.status_code, (await response.get_json())["error"]["code"]


@pytest.fixture(autouse=True)
def _one_after_the_other(engine: FakeEngine) -> None:
    engine.max_segment_characters = 20


async def test_it_is_the_whole_answer(client: Client, bearer: dict[str, str], audit_lines: Lines) -> None:
    """However a text comes it is cut, spoken and charged as a whole, and recorded as one call."""
    whole = await client.post("/v1/tts", json={"text": TEXT, "response_format": "pcm"}, headers=bearer)
    async with connected(client, bearer, voice="alloy", response_format="pcm") as socket:
        await socket.write(" ", *TEXT, "\n")
        heard = await socket.hear()
    assert await whole.get_data(as_text=False) == b"".join(heard.files)
    assert [FIRST, SECOND] == heard.texts
    first, second = heard.starts
    assert {
        "utterance_index": 0,
        "sentence_index": 0,
        "format": "pcm",
        "sample_rate": 24000,
        "channels": 1,
    }.items() <= (first.items())
    assert (0, len(FIRST), len(TEXT)) == (first["start"], first["end"], second["end"])
    assert second["start_s"] == pytest.approx(first["duration_s"] + first["pause_s"], abs=1e-3)
    done = {"type": "session.done", "utterance_index": 0, "total_sentences": 2, "cancelled": False, "error": False}
    assert done == heard.done
    assert (1, 3000 - 2 * len(TEXT)) == await calls_left(client, bearer)
    _, line = await audit_lines()
    assert first["AIGC"]["ProduceID"] == line["produce_id"] == line["request_id"]
    assert (200, "ok", len(TEXT)) == (line["status"], line["code"], line["text_length"])
    assert (sum(map(len, heard.files)), heard.starts[-1]["start_s"]) == (
        line["bytes"],
        pytest.approx(line["audio_s"] - len(SECOND) * 0.01, abs=1e-3),
    )


async def test_a_sentence_is_spoken_while_the_next_is_written(client: Client, bearer: dict[str, str]) -> None:
    """As soon as enough of the text is there; the default is a file of mp3."""
    async with connected(client, bearer, model="tts-1") as socket:
        await socket.tell("input.text", text=FIRST + SECOND[:-1])
        start = await socket.message()
        assert (FIRST, "mp3") == (start["sentence_text"], start["format"])
        assert (await socket.receive())[:2] in {b"ID", b"\xff\xf3"}


async def test_utterances_follow_each_other(client: Client, bearer: dict[str, str]) -> None:
    """On one connection, each with the configuration of its time; one without a text is done at once."""
    async with connected(client, bearer, response_format="pcm") as socket:
        await socket.write(FIRST)
        await socket.tell("session.config", response_format="wav", speed=2)
        await socket.write()
        await socket.write(SECOND)
        first, nothing, second = [await socket.hear() for _ in range(3)]
        assert [0, 1, 2] == [heard.done["utterance_index"] for heard in (first, nothing, second)]
        assert ([FIRST], [], [SECOND]) == (first.texts, nothing.texts, second.texts)
        assert (b"RIFF", len(SECOND) * 120 / RATE) == (second.files[0][:4], second.starts[0]["duration_s"])
        await socket.tell("session.close")
        assert 1000 == await closing(socket)
    assert (1, 3000 - len(TEXT)) == await calls_left(client, bearer)


async def test_closing_finishes_what_was_written(client: Client, bearer: dict[str, str]) -> None:
    """What is still being written is given up."""
    async with connected(client, bearer, response_format="pcm") as socket:
        await socket.write(FIRST)
        await socket.tell("input.text", text=SECOND)
        await socket.tell("session.close")
        assert [FIRST] == (await socket.hear()).texts
        assert (await socket.hear()).done["cancelled"]
        assert 1000 == await closing(socket)


async def test_cancelling(client: Client, bearer: dict[str, str], engine: FakeEngine, audit_lines: Lines) -> None:
    """It stops what is spoken, written and waiting, frees the engine, and costs what was sent; then it goes on."""
    engine.delays = {SECOND: 60}
    async with connected(client, bearer, response_format="pcm") as socket:
        await socket.write(TEXT)
        await socket.tell("input.text", text=FIRST)
        for _ in range(3):
            await socket.receive()
        await until(lambda: engine.running == 1)
        for _ in range(2):
            await socket.tell("cancel")
        cancelled, waiting = await socket.hear(), await socket.hear()
        assert (True, False, 1) == tuple(cancelled.done[name] for name in ("cancelled", "error", "total_sentences"))
        assert (True, False, 0) == tuple(waiting.done[name] for name in ("cancelled", "error", "total_sentences"))
        assert (0, (2, 3000 - len(FIRST))) == (engine.running, await calls_left(client, bearer))
        await socket.write(FIRST)
        heard = await socket.hear()
        assert ([FIRST], 2) == (heard.texts, heard.done["utterance_index"])
    assert [(200, "cancelled"), (200, "ok")] == [(line["status"], line["code"]) for line in await audit_lines()]


async def test_an_error_in_the_middle_is_told(
    client: Client, bearer: dict[str, str], engine: FakeEngine, audit_lines: Lines
) -> None:
    """In the caller's language; it ends the utterance, of which what was sent counts, and not the session."""
    engine.failures = {SECOND: EngineFailedError()}
    async with connected(client, bearer | {"Accept-Language": "en"}, response_format="pcm") as socket:
        await socket.tell("input.text", text=TEXT + FIRST)
        heard = await socket.hear()
        (error,) = heard.errors
        sentence = "The speech could not be made"
        assert (sentence, "synthesis_failed", 0) == (error["message"], error["code"], error["utterance_index"])
        assert ([FIRST], True, False) == (heard.texts, heard.done["error"], heard.done["cancelled"])
        assert (2, 3000 - len(FIRST)) == await calls_left(client, bearer)
        await socket.write("这些没有人再念了。")
        await socket.write(FIRST)
        heard = await socket.hear()
        assert ([FIRST], 1) == (heard.texts, heard.done["utterance_index"])
    failed, _ = await audit_lines()
    assert (200, "synthesis_failed", error["request_id"]) == (failed["status"], failed["code"], failed["request_id"])


async def test_labels(make_settings: Callable[..., Settings], bearer: dict[str, str], engine: FakeEngine) -> None:
    """What is heard before an utterance is a sentence without a text; where a label must be heard none is refused."""
    async with running(make_settings(aigc_label="rhythm", aigc_label_required=True), engine) as client:
        async with connected(client, bearer, response_format="pcm") as socket:
            await socket.write(FIRST)
            heard = await socket.hear()
            assert (["", FIRST], "rhythm") == (heard.texts, heard.starts[0]["label"])
        async with connected(client, bearer, label="none") as socket:
            assert "label_required" == (await socket.message())["code"]


async def test_who_vanishes_frees_the_engine(
    client: Client, bearer: dict[str, str], engine: FakeEngine, audit_lines: Lines
) -> None:
    """It pays for what was sent."""
    engine.delays = {SECOND: 60}
    async with connected(client, bearer, response_format="pcm") as socket:
        await socket.tell("input.text", text=TEXT + FIRST)
        for _ in range(3):
            await socket.receive()
    await until(lambda: engine.running == 0)
    assert (2, 3000 - len(FIRST)) == await calls_left(client, bearer)
    (line,) = await audit_lines()
    assert (499, "client_gone") == (line["status"], line["code"])


async def test_tokens(client: Client, bearer: dict[str, str], services: Services) -> None:
    """One comes in a header, or in the first message; a bad one is refused there."""
    assert (401, "token_invalid") == await refused(client, {"Authorization": "Bearer nonsense"})
    token = bearer["Authorization"].removeprefix("Bearer ")
    async with connected(client, token=token) as socket:
        await socket.write(FIRST)
        assert [FIRST] == (await socket.hear()).texts
        other = services.tokens.issue("dev:peter")
        for bad in ("nonsense", other):  # a session is one user's
            await socket.tell("session.config", token=bad)
            assert "token_invalid" == (await socket.message())["code"]
        await socket.write(SECOND)
        assert [SECOND] == (await socket.hear()).texts
    for name, value, code in (
        ("token", "nonsense", "token_invalid"),
        ("voice", "alloy", "token_missing"),
        ("voice", "a++b", "invalid_voice"),
    ):
        async with connected(client, None, **{name: value}) as socket:
            assert code == (await socket.message())["code"]
            assert 1008 == await closing(socket)


async def test_a_token_that_expires(
    client: Client, bearer: dict[str, str], services: Services, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The next utterance is an error, until the client has sent a new one."""
    with monkeypatch.context() as patch:
        patch.setattr(services.tokens, "ttl_s", 0)
        expired = services.tokens.issue("dev:lily")
    async with connected(client, bearer, voice="alloy") as socket:
        await socket.write(FIRST)
        assert [FIRST] == (await socket.hear()).texts
        session = next(iter(services.sessions._open))
        monkeypatch.setattr(session, "_authorization", f"Bearer {expired}")
        await socket.write(SECOND)
        assert ["token_expired"] == [error["code"] for error in (await socket.hear()).errors]
        await socket.tell("session.config", token=bearer["Authorization"].removeprefix("Bearer "))
        await socket.write(SECOND)
        assert [SECOND] == (await socket.hear()).texts


@pytest.mark.parametrize(
    ("message", "code"),
    [
        ("no JSON", "invalid_json"),
        ('{"type": "session.configure"}', "invalid_message"),
        ('{"type": ["cancel"]}', "invalid_message"),
        ("{}", "invalid_message"),
        ('{"type": "input.text"}', "text_missing"),
        ('{"type": "input.text", "text": 1}', "invalid_text"),
        ('{"type": "input.text", "text": "\\u0000"}', "invalid_text"),
        ('{"type": "input.text", "text": "a", "flush": true}', "unknown_field"),
        ('{"type": "session.config", "speed": 9}', "invalid_speed"),
        ('{"type": "session.config", "input": "a"}', "unknown_field"),
        ('{"type": "session.config", "response_format": "m4b"}', "invalid_format"),
        ('{"type": "session.config", "split_granularity": "word"}', "invalid_message"),
        ('{"type": "session.config", "token": 1}', "token_invalid"),
    ],
)
async def test_bad_messages(client: Client, bearer: dict[str, str], message: str, code: str) -> None:
    """What is wrong is said, and the session goes on as before; as the first message it is the end."""
    async with connected(client, bearer, split_granularity="sentence", stream_audio=True, speed=1.5) as socket:
        await socket.send(message)
        told = await socket.message()
        assert (code, "error") == (told["code"], told["type"])
        await socket.write(FIRST)
        assert [FIRST] == (await socket.hear()).texts
    async with connected(client, bearer) as socket:
        await socket.send(message)
        assert (await socket.message())["code"] in {code, "invalid_message"}
        assert 1008 == await closing(socket)


async def test_messages_out_of_place(client: Client, bearer: dict[str, str]) -> None:
    """Text before the configuration, a binary message, and a configuration in the middle of an utterance."""
    async with connected(client, bearer) as socket:
        await socket.tell("input.text", text=FIRST)
        assert "invalid_message" == (await socket.message())["code"]
    async with client.websocket(PATH, headers=bearer) as websocket:
        socket = SpeechSocket(websocket.send, websocket.receive)
        await socket.tell("session.config")
        for data in (b"", b"{}"):
            await websocket.send(data)
            assert "invalid_message" == (await socket.message())["code"]
        await socket.tell("input.text", text=FIRST)
        await socket.tell("session.config", speed=2)
        assert "config_too_late" == (await socket.message())["code"]
        await socket.write(SECOND)
        assert [FIRST, SECOND] == (await socket.hear()).texts


async def test_a_text_has_a_limit(client: Client, bearer: dict[str, str], engine: FakeEngine) -> None:
    """4096 characters, as on OpenAI's other addresses, and no more than are left in the window."""
    async with connected(client, bearer, response_format="pcm") as socket:
        await socket.tell("input.text", text="，" * 4097)
        assert ["text_too_long"] == [error["code"] for error in (await socket.hear()).errors]
        await socket.tell("cancel")
        await socket.tell("input.text", text="好" * 3001)
        (error,) = (await socket.hear()).errors
        assert ("text_too_long", []) == (error["code"], engine.spoken)
        await socket.tell("cancel")
        await socket.tell("input.text", text=FIRST + SECOND)
        for _ in range(3):
            await socket.receive()
        await socket.tell("input.text", text="好" * 3000)
        assert ["characters_limited"] == [error["code"] for error in (await socket.hear()).errors]


async def test_calls_are_limited(client: Client, bearer: dict[str, str]) -> None:
    """An utterance is a call; one too many is told when to come back, and the session goes on."""
    async with connected(client, bearer, response_format="pcm") as socket:
        for _ in range(3):
            await socket.write(FIRST)
            assert [FIRST] == (await socket.hear()).texts
        await socket.write(FIRST)
        (error,) = (await socket.hear()).errors
        assert ("rate_limited", True) == (error["code"], 0 < error["retry_after"] <= 60)


async def test_utterances_that_wait_are_limited(client: Client, bearer: dict[str, str], engine: FakeEngine) -> None:
    """Eight, besides the one that is spoken."""
    engine.delays = {"": 60}
    async with connected(client, bearer, voice="alloy") as socket:
        for _ in range(WAITING + 1):
            await socket.write(FIRST)
        await socket.tell("input.text", text=FIRST)
        assert "rate_limited" == (await socket.message())["code"]
        await socket.tell("cancel")
        assert WAITING == [await socket.hear() for _ in range(WAITING + 1)][-1].done["utterance_index"]


async def test_who_says_nothing(client: Client, bearer: dict[str, str], monkeypatch: pytest.MonkeyPatch) -> None:
    """The first message, more of a text, and the next utterance are each waited for, but not for ever."""
    monkeypatch.setattr(session_module, "CONFIG_S", 0.05)
    async with connected(client) as socket:
        assert "input_timeout" == (await socket.message())["code"]
        assert 1008 == await closing(socket)
    monkeypatch.setattr(growing_module, "IDLE_S", 0.2)
    monkeypatch.setattr(session_module, "IDLE_S", 0.05)
    async with connected(client, bearer, voice="alloy") as socket:
        await socket.tell("input.text", text=FIRST)
        assert ["input_timeout"] == [error["code"] for error in (await socket.hear()).errors]
        assert 1000 == await closing(socket)


async def test_sessions_are_limited(
    make_settings: Callable[..., Settings], bearer: dict[str, str], engine: FakeEngine
) -> None:
    """A user may have four for each call in progress, a process as many as it is set to; one that ends makes room."""
    async with running(make_settings(limit_in_progress=1, websocket_sessions=5), engine) as client:
        sockets = [client.websocket(PATH, headers=bearer) for _ in range(4)]
        for socket in sockets:
            await socket.__aenter__()
        await until(lambda: all(socket.accepted for socket in sockets))  # type: ignore[attr-defined]
        assert (429, "too_many_sessions") == await refused(client, bearer)
        async with connected(client):
            assert (503, "overloaded") == await refused(client, {})
        for socket in sockets:
            await socket.__aexit__(None, None, None)  # type: ignore[arg-type]
        async with connected(client, bearer, voice="alloy") as again:
            await again.write(FIRST)
            assert [FIRST] == (await again.hear()).texts


async def test_stopping(client: Client, bearer: dict[str, str], engine: FakeEngine, services: Services) -> None:
    """A session in which nothing is said is closed at once, another when what was begun is spoken; none begins."""
    engine.delays = {SECOND: 0.2}
    async with (
        connected(client, bearer, voice="alloy") as idle,
        connected(client, bearer, voice="alloy") as speaking,
        connected(client, bearer, voice="alloy") as writing,
    ):
        await speaking.write(TEXT)
        await writing.tell("input.text", text=FIRST)
        await until(lambda: engine.running == 1)
        await asyncio.sleep(0.05)
        services.sessions.stop()
        assert 1012 == await closing(idle)
        await writing.write(SECOND)
        for socket in (speaking, writing):
            assert [FIRST, SECOND] == (await socket.hear()).texts
            assert 1012 == await closing(socket)
        assert (503, "overloaded") == await refused(client, bearer)


async def test_a_bug_is_told_to_the_log(
    client: Client, bearer: dict[str, str], services: Services, monkeypatch: pytest.MonkeyPatch
) -> None:
    """And closes the connection with the code that says so."""

    async def bug(*_: object) -> None:
        raise KeyError

    async with connected(client, bearer, voice="alloy") as socket:
        await socket.write(FIRST)
        await socket.hear()
        monkeypatch.setattr(services.authenticator, "authenticate", bug)
        await socket.tell("session.config")
        assert 1011 == await closing(socket)


async def test_connections_are_counted(client: Client, bearer: dict[str, str]) -> None:
    """A connection is a request with status 101, an utterance one with a status of its own."""
    async with connected(client, bearer, voice="alloy") as socket:
        await socket.write(FIRST)
        await socket.hear()
    metrics = await (await client.get("/metrics")).get_data(as_text=True)
    for status in (101, 200):
        assert f'haoshuo_requests_total{{code="ok",route="{PATH}",status="{status}"}} 1.0' in metrics


async def test_a_client_that_takes_nothing(
    client: Client, bearer: dict[str, str], engine: FakeEngine, monkeypatch: pytest.MonkeyPatch
) -> None:
    """It is waited for as long as the audio lasts, and a little, then cut off; its work ends."""
    monkeypatch.setattr(streaming_module, "SENDING_S", 0.05)
    websocket = client.websocket(PATH, headers=bearer)
    taken = asyncio.Event()

    async def never(message: Any) -> None:
        if message["type"] == "websocket.send":
            taken.set()
            await asyncio.Event().wait()

    monkeypatch.setattr(websocket, "_asgi_send", never)
    engine.delays = {SECOND: 60}
    async with websocket:
        await SpeechSocket(websocket.send, websocket.receive).tell("session.config")
        await SpeechSocket(websocket.send, websocket.receive).write(TEXT)
        await taken.wait()
        assert 1 == engine.running
        await until(lambda: engine.running == 0)


async def test_what_is_written_for_the_eye(client: Client, bearer: dict[str, str], engine: FakeEngine) -> None:
    """Markdown, marks, formulas and a glossary are read sentence by sentence, code is left out; places stay."""
    engine.max_segment_characters = 60
    text = "# 标题\n**重点**是行长，[pause:1s]见$\\frac{a}{b}$。\n```python\nprint(1)\n```\n完。"
    async with connected(client, bearer, glossary={"行长": "hang2 zhang3"}, response_format="pcm") as socket:
        await socket.write(*text)
        heard = await socket.hear()
    spoken = ["标题", "重点是‹行|HANG2›‹长|ZHANG3›，", "见b分之a。", "完。"]
    assert spoken == [utterance.text for utterance in engine.spoken]
    assert ["标题", "重点**是行长，", "见$\\frac{a}{b}$。", "完。"] == heard.texts
    assert heard.texts == [text[start["start"] : start["end"]] for start in heard.starts]
    assert [0.6, 1.0, 0.6, 0.0] == [start["pause_s"] for start in heard.starts]


@pytest.mark.parametrize("field", ["input_type", "dictation"])
async def test_what_needs_the_whole_text(client: Client, bearer: dict[str, str], field: str) -> None:
    """SSML and dictation are for texts that are known whole."""
    async with connected(client, bearer, **{field: "ssml"}) as socket:
        assert ("error", "unknown_field") == itemgetter("type", "code")(await socket.message())
