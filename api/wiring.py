"""Puts the parts together, without Quart, so that another process can speak in the same way."""

from collections.abc import AsyncIterator, Callable
from contextlib import AsyncExitStack, asynccontextmanager
from dataclasses import dataclass
from pathlib import Path

from redis.asyncio import Redis

from api.audio.memory import AudioMemory
from api.audit import STANDARD_OUTPUT, Audit
from api.auth.api_keys import ApiKeys, KeyStore
from api.auth.authenticator import Authenticator, BearerAuthenticator
from api.auth.codes import Codes
from api.auth.identity import DevIdentity, Identity
from api.auth.principal import Principals
from api.auth.tokens import Tokens
from api.auth.wechat import WeChat
from api.engine.addresses import Addresses
from api.engine.engine import DEFAULT_VOICE, Engine
from api.engine.pool import EnginePool
from api.engine.triton import TritonEngine
from api.glossary.store import Glossaries, GlossaryStore
from api.health import Readiness
from api.labels.metadata import Labels, Signer
from api.labels.policy import LabelPolicy
from api.limits.fallback import FallbackLimiter
from api.limits.limiter import Limiter, Plan
from api.limits.memory import MemoryLimiter
from api.limits.redis import RedisLimiter
from api.metrics import Metrics
from api.redis_client import connect
from api.redis_guard import RedisGuard
from api.sessions import Sessions
from api.settings import Settings
from api.synthesis.admission import AdmissionControl
from api.synthesis.calls import Desk
from api.synthesis.guard import Guard
from api.synthesis.queue import FairQueue
from api.synthesis.synthesizer import Synthesizer
from api.synthesis.trail import Trails
from api.synthesis.voices import Voices

MEBIBYTE = 2**20
AUDIT_CLOSE_S = 5.0

MakeEngine = Callable[[str, str], Engine]
"""Makes the engine at an address, given the name in its certificate."""


@dataclass(frozen=True)
class Services:
    """Everything that views use; it works while `running`."""

    authenticator: Authenticator
    principals: Principals
    tokens: Tokens
    identity: Identity
    desk: Desk
    voices: Voices
    glossaries: Glossaries
    memory: AudioMemory
    audit: Audit
    trails: Trails
    labels: LabelPolicy
    readiness: Readiness
    metrics: Metrics
    sessions: Sessions
    _engines: EnginePool
    _redis: Redis

    @asynccontextmanager
    async def running(self) -> AsyncIterator[None]:
        async with AsyncExitStack() as stack:
            stack.callback(self.audit.close, AUDIT_CLOSE_S)
            stack.push_async_callback(self._redis.aclose)
            await stack.enter_async_context(self._engines)
            await stack.enter_async_context(self.identity)
            yield


def wire(settings: Settings, make_engine: MakeEngine | None = None) -> Services:
    """The services that these settings describe; `make_engine` makes what stands for Triton in a test."""
    metrics = Metrics()
    redis = connect(settings.redis_url, settings.redis_timeout_s)
    guard = RedisGuard(settings.redis_timeout_s, metrics.fallback.set)
    principals = Principals(settings.user_hash_key.get_secret_value(), _plan(settings))
    # The environment is part of the audience: no key mistake makes a `dev:` token good in production.
    keys = [key.get_secret_value() for key in settings.jwt_keys]
    tokens = Tokens(keys, settings.jwt_ttl_s, audience=f"haoshuo-{settings.env}")
    audit = Audit(settings.audit_path or STANDARD_OUTPUT, settings.audit_keep_days)
    pool = _pool(settings, make_engine, metrics)
    voices = Voices(settings.voice or DEFAULT_VOICE, settings.voice_aliases, lambda: pool.said)
    desk = _desk(settings, pool, FallbackLimiter(RedisLimiter(redis), MemoryLimiter(), guard, metrics), metrics)
    return Services(
        authenticator=BearerAuthenticator(tokens, principals, ApiKeys(KeyStore(redis, settings.limit_window_s), guard)),
        principals=principals,
        tokens=tokens,
        identity=_identity(settings, Codes(redis, guard)),
        desk=desk,
        voices=voices,
        glossaries=Glossaries(GlossaryStore(redis), guard),
        memory=AudioMemory(settings.audio_memory_mb * MEBIBYTE),
        audit=audit,
        trails=Trails(audit, voices, summary=settings.audit_summary),
        labels=_labels(settings),
        readiness=Readiness(redis, pool, voices.default, settings.ready_timeout_s, desk.queue.rate.suppose),
        metrics=metrics,
        sessions=Sessions(settings.websocket_sessions),
        _engines=pool,
        _redis=redis,
    )


def _desk(settings: Settings, pool: EnginePool, limiter: Limiter, metrics: Metrics) -> Desk:
    queue = FairQueue(Guard(pool, metrics), settings.segment_timeout_s, metrics)
    metrics.show_load(pool.windows, lambda: queue.backlog, lambda: queue.rate.per_second)
    timeout_s, patience_s = settings.request_timeout_s, settings.engine_patience_s
    return Desk(
        engines=pool,
        limiter=limiter,
        control=AdmissionControl(queue, lambda: pool.away_since, timeout_s, patience_s),
        queue=queue,
        synthesizer=Synthesizer(queue, settings.segments_ahead),
        metrics=metrics,
        timeout_s=timeout_s,
        sound_timeout_s=settings.segment_timeout_s,
        patience_s=patience_s,
    )


def _pool(settings: Settings, make_engine: MakeEngine | None, metrics: Metrics) -> EnginePool:
    tls = Path(settings.triton_tls_dir) if settings.triton_tls_dir else None

    def triton(address: str, name: str) -> Engine:
        return TritonEngine(address, tls, name)

    return EnginePool(Addresses(settings.triton_addresses), make_engine or triton, on_event=metrics.engine_event)


def _labels(settings: Settings) -> LabelPolicy:
    # Not a token key: those are replaced, and labels are to be verified for as long as the audit trail is kept.
    signer = Signer(settings.user_hash_key.get_secret_value())
    metadata = Labels(settings.aigc_producer, signer) if settings.aigc_metadata else None
    return LabelPolicy(metadata, settings.aigc_label, settings.aigc_label_required)


def _plan(settings: Settings) -> Plan:
    return Plan.of(settings.limit_calls, settings.limit_characters, settings.limit_window_s, settings.limit_in_progress)


def _identity(settings: Settings, codes: Codes) -> Identity:
    wechat = WeChat(
        settings.wechat_url,
        settings.wechat_appid,
        settings.wechat_secret.get_secret_value(),
        settings.wechat_timeout_s,
        codes,
        at_once=settings.wechat_at_once,
    )
    if settings.env == "prod":
        return wechat
    return DevIdentity(wechat if settings.wechat_appid else None)
