"""Puts the parts together. Tests may bring their own engine."""

from pathlib import Path

from quart import Quart

from api import access, context, errors, health
from api.audit import Audit
from api.auth import routes as auth_routes
from api.auth.codes import Codes
from api.auth.identity import DevIdentity, Identity
from api.auth.tokens import Tokens
from api.auth.users import Users
from api.auth.wechat import WeChat
from api.limits.fallback import FallbackLimiter
from api.limits.limiter import Limit
from api.limits.memory import MemoryLimiter
from api.limits.redis import RedisLimiter
from api.metrics import Metrics
from api.redis_client import connect
from api.settings import Settings
from api.views import tts
from api.engine.engine import Engine
from api.engine.patience import PatientEngine
from api.engine.pool import EnginePool
from api.views.tts import SpeechDesk
from api.synthesis.synthesizer import Synthesizer
from api.engine.triton import TritonEngine

BYTES_PER_CHARACTER = 12  # at most: two escapes of the form \uXXXX
OTHER_BYTES = 4096
BODY_TIMEOUT_S = 10
SEND_TIMEOUT_S = 60  # of an answer that is complete; longer than nginx needs to take it


def create_app(settings: Settings, engine: Engine | None = None) -> Quart:
    metrics = Metrics()
    redis = connect(settings.redis_url, settings.redis_timeout_s)
    engine = engine or _engine(settings)
    identity = _identity(settings, Codes(redis))
    # The environment is part of the audience: no key mistake makes a `dev:` token good in production.
    keys = [key.get_secret_value() for key in settings.jwt_keys]
    tokens = Tokens(keys, settings.jwt_ttl_s, audience=f"haoshuo-{settings.env}")
    users = Users(tokens, settings.user_hash_key.get_secret_value())
    limit = Limit(settings.limit_calls, settings.limit_window_s)
    audit = Audit(settings.audit_path, settings.voice, summary=settings.audit_summary)
    patient = PatientEngine(engine, settings.engine_patience_s)
    desk = SpeechDesk(
        users=users,
        limiter=FallbackLimiter(RedisLimiter(redis, limit), MemoryLimiter(limit), metrics),
        synthesizer=Synthesizer(patient, settings.segments_in_flight, metrics),
        audit=audit,
        metrics=metrics,
        max_characters=settings.max_text_characters,
        timeout_s=settings.request_timeout_s,
    )

    app = _bare_app(settings.max_text_characters * BYTES_PER_CHARACTER + OTHER_BYTES)
    app.config["BACKGROUND_TASK_SHUTDOWN_TIMEOUT"] = settings.request_timeout_s  # by default 5 s cut them off
    context.register(app)
    access.register(app, metrics)
    errors.register(app)
    app.register_blueprint(auth_routes.blueprint(identity, tokens, users))
    app.register_blueprint(synthesis_routes.blueprint(desk))
    readiness = health.Readiness(redis, engine, settings.ready_timeout_s)
    app.register_blueprint(health.blueprint(readiness, metrics))

    @app.after_serving
    async def close() -> None:
        await identity.close()
        await engine.close()
        await redis.aclose()
        audit.close()

    return app


def _bare_app(max_body_bytes: int) -> Quart:
    app = Quart("api", static_folder=None)
    app.config.update(
        MAX_CONTENT_LENGTH=max_body_bytes,
        BODY_TIMEOUT=BODY_TIMEOUT_S,
        RESPONSE_TIMEOUT=SEND_TIMEOUT_S,
        PROVIDE_AUTOMATIC_OPTIONS=False,
    )
    app.url_map.merge_slashes = False  # `/v1//tts` is not found, instead of redirected
    return app


def _engine(settings: Settings) -> Engine:
    tls = Path(settings.triton_tls_dir) if settings.triton_tls_dir else None
    return EnginePool(
        TritonEngine(address, settings.voice, settings.segment_timeout_s, tls) for address in settings.triton_addresses
    )


def _identity(settings: Settings, codes: Codes) -> Identity:
    wechat = WeChat(
        settings.wechat_url,
        settings.wechat_appid,
        settings.wechat_secret.get_secret_value(),
        settings.wechat_timeout_s,
        codes,
    )
    if settings.env == "prod":
        return wechat
    return DevIdentity(wechat if settings.wechat_appid else None)
