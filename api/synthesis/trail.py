"""What the audit log says of a call: who had what spoken, and how it ended, refused and abandoned calls too."""

from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

from api.audit import Audit, summarise
from api.auth.principal import Principal
from api.exchange import Exchange
from api.synthesis.emotions import NAMES
from api.synthesis.request import SpeechRequest
from api.synthesis.voices import Voices


@dataclass
class Trail:
    """What is known of a call so far."""

    principal: Principal | None = None
    speech: SpeechRequest | None = None
    produce_id: str | None = None
    """Of the content, in the metadata of its files; None where they say nothing."""
    audio_s: float | None = None
    code: str | None = None
    """Of one of several calls in an exchange, where it failed."""

    def line(self, exchange: Exchange, voices: Voices, *, summary: bool) -> dict[str, Any]:
        status, code = exchange.outcome
        line: dict[str, Any] = {
            "log": "audit",
            "time": datetime.now(UTC).isoformat(timespec="milliseconds"),
            "request_id": exchange.id,
            "user": self.principal.hash if self.principal else None,
            "audio_s": self.audio_s,
            "bytes": exchange.sent_bytes,
            "elapsed_ms": round(exchange.elapsed_s * 1000),
            "status": status,
            "code": self.code or code,
        }
        if speech := self.speech:
            emotion = NAMES.get(speech.emotion, speech.emotion)
            line |= {
                "voice": voices.named(speech.voice),
                "text_length": len(speech.text),
                "emotion": emotion,
                "speed": speech.speed,
            }
            line |= {"label": speech.label, "produce_id": self.produce_id}
            if summary:
                line["text_summary"] = summarise("".join(run.spoken.text for run in speech.script))
        return line


@dataclass(frozen=True)
class Trails:
    """`summary` is whether the log may show the beginning of a text."""

    audit: Audit
    voices: Voices
    summary: bool

    def begin(self, exchange: Exchange) -> Trail:
        """A trail that is written down when the exchange is over."""
        trail = Trail()
        exchange.exits.callback(lambda: self.audit.record(trail.line(exchange, self.voices, summary=self.summary)))
        return trail
