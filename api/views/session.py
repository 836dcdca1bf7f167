"""A WebSocket session, in the messages that vLLM-Omni and SGLang-Omni share, and `cancel`.

https://github.com/vllm-project/vllm-omni, vllm_omni/entrypoints/openai/serving_speech_stream.py. Messages are taken at
once, whatever is being spoken; utterances are spoken in their order.
"""

import asyncio
from contextlib import AsyncExitStack
from typing import Any

from quart.wrappers import Websocket

from api import problems
from api.auth.principal import Principal
from api.body import parse_json
from api.problems import Refusal
from api.synthesis.voices import Voices
from api.views.outlet import Outlet
from api.views.parsing import Asked, parse_config, piece_of_text
from api.views.utterance import Speaker, Utterance
from api.wiring import Services

KINDS = ("session.config", "input.text", "input.done", "cancel", "session.close")

CONFIG_S = 10.0
"""For the first message."""

IDLE_S = 600.0
"""A session in which nothing is written and nothing is spoken ends after so long."""

WAITING = 8
"""Utterances that may wait while another is spoken."""

NORMAL, POLICY, RESTART = 1000, 1008, 1012
"""Why a connection is closed (RFC 6455, 7.4, and its registry)."""


class Session:
    def __init__(self, services: Services, voices: Voices, websocket: Websocket, exits: AsyncExitStack) -> None:
        self._services, self._voices, self._websocket, self._exits = services, voices, websocket, exits
        self._authorization = websocket.headers.get("Authorization")
        self._principal: Principal | None = None
        self._asked: Asked | None = None
        self._utterances = 0
        self._writing: Utterance | None = None
        self._line = asyncio.Queue[Utterance | None]()
        self._unfinished = list[Utterance]()
        self._stopping = False
        self._reader: asyncio.Task[int] | None = None

    async def authenticate(self) -> Principal:
        """Who speaks, or `Refusal`; always the same, though a token may be followed by a new one."""
        principal = await self._services.authenticator.authenticate(self._authorization)
        if self._principal is None:
            self._exits.enter_context(self._services.sessions.count(principal))
            self._principal = principal
        elif principal.hash != self._principal.hash:
            raise Refusal(problems.TOKEN_INVALID)
        return principal

    async def run(self) -> int:
        """Until it is over, whatever ends it: the code to close the connection with."""
        outlet = Outlet(self._websocket)
        async with asyncio.TaskGroup() as tasks:
            self._reader = tasks.create_task(self._read(outlet))
            tasks.create_task(self._speak(Speaker(self._services, outlet, self.authenticate)))
            await asyncio.wait([self._reader])
            self._line.put_nowait(None)
        return RESTART if self._reader.cancelled() else self._reader.result()

    def stop(self) -> None:
        self._stopping = True
        if self._reader and self._writing not in self._unfinished:
            self._reader.cancel()

    async def _read(self, outlet: Outlet) -> int:
        while not self._stopping or self._writing in self._unfinished:
            try:
                message = await self._receive()
                if message["type"] == "session.close":
                    self._give_up_writing()
                    return NORMAL
                await self._take(message)
            except Refusal as refusal:
                await outlet.refuse(refusal)
                if self._asked is None:
                    return POLICY
            except TimeoutError:
                if self._asked is None:
                    await outlet.refuse(Refusal(problems.INPUT_TIMEOUT, seconds=round(CONFIG_S)))
                    return POLICY
                if not self._unfinished:
                    return NORMAL
        return RESTART

    async def _receive(self) -> dict[str, Any]:
        async with asyncio.timeout(CONFIG_S if self._asked is None else IDLE_S):
            raw = await self._websocket.receive()
        message = parse_json(raw.encode()) if isinstance(raw, str) else {}
        first = self._asked is None
        if message.get("type") not in KINDS or (first and message["type"] != "session.config"):
            raise Refusal(problems.INVALID_MESSAGE)
        return message

    async def _take(self, message: dict[str, Any]) -> None:
        match message["type"]:
            case "session.config":
                await self._configure(message)
            case "input.text":
                self._write(piece_of_text(message))
            case "input.done":
                self._open().text.finish()
                self._writing = None
            case "cancel":
                self._writing = None
                for utterance in self._unfinished:
                    utterance.cancel()

    async def _configure(self, message: dict[str, Any]) -> None:
        if self._writing:
            raise Refusal(problems.CONFIG_TOO_LATE)
        asked, token = parse_config(message, self._voices)
        asked.labelled(self._services.labels, "")  # what the policy refuses is refused now
        before = self._authorization
        if token is not None:
            self._authorization = f"Bearer {token}"
        try:
            await self.authenticate()
        except Refusal:
            self._authorization = before
            raise
        self._asked = asked

    def _write(self, text: str) -> None:
        if text:
            self._open().text.add(text)

    def _open(self) -> Utterance:
        """The utterance that is being written, or else a new one."""
        assert self._asked is not None, "session.config comes first"  # noqa: S101 - for the types
        if self._writing is None:
            if len(self._unfinished) > WAITING:
                raise Refusal(problems.RATE_LIMITED)
            self._writing = Utterance(self._utterances, self._asked)
            self._utterances += 1
            self._unfinished.append(self._writing)
            self._line.put_nowait(self._writing)
        return self._writing

    def _give_up_writing(self) -> None:
        if self._writing:
            self._writing.cancel()

    async def _speak(self, speaker: Speaker) -> None:
        while utterance := await self._line.get():
            await speaker.speak(utterance)
            self._unfinished.remove(utterance)
            if self._stopping:
                self.stop()
