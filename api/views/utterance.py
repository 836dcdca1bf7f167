"""One utterance of a WebSocket session: a text that is spoken while it is written, a file for each segment of it."""

import asyncio
import json
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import aclosing, asynccontextmanager
from dataclasses import dataclass, field, replace

from api import exchange as exchanges
from api.auth.principal import Principal
from api.exchange import Exchange
from api.middleware import report
from api.problems import Refusal
from api.synthesis.growing import GrowingText
from api.synthesis.synthesizer import Sound
from api.synthesis.trail import Trail
from api.views.bodies import OPENAI_CHARACTERS
from api.views.forms import Clips
from api.views.outlet import Outlet
from api.views.parsing import Asked
from api.views.streaming import HELD_BYTES
from api.wiring import Services

CANCELLED = "cancelled"
"""The code of an utterance that its client did not want to the end, in the logs."""

OK = 200


@dataclass(eq=False)
class Utterance:
    """`sentences` of it were sent."""

    index: int
    asked: Asked
    text: GrowingText = field(default_factory=lambda: GrowingText(OPENAI_CHARACTERS))
    sentences: int = 0
    cancelled: bool = False
    _scope: asyncio.Timeout | None = None

    def cancel(self) -> None:
        """Stop it, also before it has begun, and leave the block."""
        if self._scope and not self.cancelled:
            self._scope.reschedule(0)  # at once
        self.cancelled = True

    @asynccontextmanager
    async def cancellable(self) -> AsyncIterator[None]:
        try:
            async with asyncio.timeout(None) as self._scope:
                yield
        except TimeoutError:
            if not self.cancelled:
                raise
        finally:
            self._scope = None


@dataclass(frozen=True)
class Speaker:
    """Speaks a session's utterances, one after the other; `authenticate` says again for each of them who pays."""

    services: Services
    outlet: Outlet
    authenticate: Callable[[], Awaitable[Principal]]

    async def speak(self, utterance: Utterance) -> None:
        """From its first character to `session.done`, whatever comes."""
        failed = False
        self.outlet.begin()
        if not utterance.cancelled and (utterance.text.so_far or not utterance.text.complete):
            async with exchanges.part(utterance.index) as exchange:
                failed = not await self._try(utterance, exchange)
        await self.outlet.tell(
            "session.done",
            {
                "utterance_index": utterance.index,
                "total_sentences": utterance.sentences,
                "cancelled": utterance.cancelled,
                "error": failed,
            },
        )

    async def _try(self, utterance: Utterance, exchange: Exchange) -> bool:
        """Whether nothing went wrong."""
        trail = self.services.trails.begin(exchange)
        exchange.exits.callback(report, exchange, "UTTERANCE", self.services.metrics)
        exchange.status = OK
        try:
            utterance.asked = utterance.asked.labelled(self.services.labels, exchange.id)
            trail.produce_id = exchange.id if utterance.asked.encoding.label else None
            async with utterance.cancellable():
                await self._say(utterance, trail)
        except Refusal as refusal:
            if not utterance.sentences:
                exchange.status = refusal.problem.status
            exchange.error, exchange.code = refusal, refusal.problem.code
            utterance.text.fail(refusal)
            await self.outlet.refuse(refusal, utterance_index=utterance.index)
            return False
        finally:
            trail.speech = replace(utterance.asked.speech, text=utterance.text.so_far)
        if utterance.cancelled:
            exchange.code = CANCELLED
        exchange.finished = True
        return True

    async def _say(self, utterance: Utterance, trail: Trail) -> None:
        services = self.services
        principal = trail.principal = await self.authenticate()
        utterance.asked = utterance.asked.glossed(await services.glossaries.spoken(principal.account.name))
        with services.memory.hold(HELD_BYTES):
            speech, call_id = utterance.asked.speech, exchanges.current().id
            call = services.desk.growing_call(principal, speech, utterance.text, call_id)
            async with call as taken, aclosing(taken.sounds()) as sounds:
                clips: Clips | None = None
                async for sound in sounds:
                    clips = clips or Clips(utterance.asked.encoding, sound.speech.sample_rate)
                    await self._send(utterance, clips, sound, trail)

    async def _send(self, utterance: Utterance, clips: Clips, sound: Sound, trail: Trail) -> None:
        before_s = clips.seconds
        told, file = await asyncio.to_thread(clips.add, sound)
        self.outlet.audio_s += clips.seconds - before_s
        self.services.metrics.audio_seconds.inc(clips.seconds - before_s)
        trail.audio_s = clips.seconds
        index, text = told.pop("index"), told.pop("text")
        which = {"utterance_index": utterance.index, "sentence_index": index}
        encoding = utterance.asked.encoding
        start = {**which, "sentence_text": text, "format": encoding.format.name, **told}
        if (seed := utterance.asked.speech.seed) is not None:
            start["seed"] = seed
        if encoding.format.is_plain:
            start |= {"sample_rate": encoding.rate_of(sound.speech.sample_rate), "channels": 1}
        if encoding.label:
            start |= json.loads(encoding.label)
        await self.outlet.tell("audio.start", start)
        await self.outlet.send(file)
        utterance.sentences += 1
        exchanges.current().sent_bytes += len(file)
        await self.outlet.tell("audio.done", {**which, "total_bytes": len(file), "error": False})
