"""The services behind HTTP. Tests may bring their own engines."""

from collections.abc import AsyncGenerator

from quart import Quart

from api import errors, exchange, health
from api.auth import routes as auth_routes
from api.middleware import ExchangeMiddleware
from api.openapi import routes as openapi_routes
from api.settings import Settings
from api.views import glossary, inspect, limits, openai, stream, timestamps, tts
from api.views import voices as voice_views
from api.views import websocket as websocket_views
from api.views.openai import OpenAIView
from api.views.streaming import Streamer
from api.views.tts import TtsView
from api.wiring import Services, wire

MAX_BODY_BYTES = 100 * 1024
"""OpenAI's `input` and `instructions` at their longest, with two escapes of JSON for each character, six bytes each."""

BODY_TIMEOUT_S = 10
SEND_TIMEOUT_S = 60  # of an answer that is not speech


def create_app(settings: Settings, services: Services | None = None) -> Quart:
    services = services or wire(settings)
    app = _bare_app(settings)
    app.asgi_app = ExchangeMiddleware(app.asgi_app, services.metrics, settings.request_timeout_s)  # type: ignore[method-assign]
    errors.register(app)
    app.before_request(_note_route)
    app.before_websocket(_note_route)
    streamer, voices, longest = Streamer(services), services.voices, settings.max_text_characters
    for blueprint in (
        auth_routes.blueprint(
            services.identity, services.tokens, services.principals, services.audit, services.metrics
        ),
        tts.blueprint(TtsView(services, voices, longest)),
        stream.blueprint(streamer, voices, longest),
        timestamps.blueprint(services, voices, longest),
        inspect.blueprint(services, voices, longest),
        openai.blueprint(OpenAIView(services, streamer, voices)),
        voice_views.blueprint(voices),
        glossary.blueprint(services.authenticator, services.glossaries),
        websocket_views.blueprint(services, voices),
        limits.blueprint(services.authenticator, services.desk, longest),
        health.blueprint(services.readiness, services.metrics),
        openapi_routes.blueprint(longest),
    ):
        app.register_blueprint(blueprint)

    @app.while_serving
    async def run() -> AsyncGenerator[None, None]:
        async with services.running():
            yield

    return app


def _bare_app(settings: Settings) -> Quart:
    app = Quart("api", static_folder=None)
    app.config.update(
        MAX_CONTENT_LENGTH=MAX_BODY_BYTES,
        BODY_TIMEOUT=BODY_TIMEOUT_S,
        RESPONSE_TIMEOUT=SEND_TIMEOUT_S,
        PROVIDE_AUTOMATIC_OPTIONS=False,
        BACKGROUND_TASK_SHUTDOWN_TIMEOUT=settings.request_timeout_s,  # by default 5 s cut them off
    )
    app.asgi_websocket_class = websocket_views.Connection
    app.url_map.merge_slashes = False  # `/v1//tts` is not found, instead of redirected
    return app


async def _note_route() -> None:
    asked = errors.caller()
    if asked and asked.url_rule:
        exchange.current().route = asked.url_rule.rule
