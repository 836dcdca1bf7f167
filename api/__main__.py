"""`python -m api --bind 127.0.0.1:18080`: one process; run several for more."""

import argparse
import asyncio
import logging
import signal
import sys

from hypercorn.asyncio import serve
from hypercorn.config import Config

from api import logs, websocket_buffer
from api.app import MAX_BODY_BYTES, create_app
from api.settings import Settings, SettingsError, load
from api.wiring import wire

KEEP_ALIVE_S = 75  # longer than nginx keeps an idle connection, so that nginx never sends into a closing one
MARGIN_S = 5
PING_S = 20  # what is between a client and us may drop a silent connection, nginx after 120 s


def main() -> None:
    parser = argparse.ArgumentParser(prog="python -m api", description=__doc__)
    parser.add_argument("--bind", default="127.0.0.1:18080", help="host:port or unix:path")
    arguments = parser.parse_args()
    try:
        settings = load()
    except SettingsError as error:
        sys.exit(f"haoshuo api: {error}")
    with logs.configured(settings.log_level):
        asyncio.run(run(settings, arguments.bind))


async def run(settings: Settings, bind: str) -> None:
    """Serve until it is told to stop; idle WebSocket sessions are closed then, others when they are idle."""
    services, told = wire(settings), asyncio.Event()
    for number in (signal.SIGINT, signal.SIGTERM):
        asyncio.get_running_loop().add_signal_handler(number, told.set)

    async def stop() -> None:
        await told.wait()
        services.sessions.stop()

    await serve(create_app(settings, services), server_config(bind, settings), shutdown_trigger=stop)


def server_config(bind: str, settings: Settings) -> Config:
    websocket_buffer.install()
    config = Config()
    config.bind = bind
    config.errorlog = logging.getLogger("hypercorn.error")
    config.include_server_header = False
    # Told to stop, it closes the socket at once and finishes the calls under way, then closes the engine (lifespan).
    config.graceful_timeout = settings.request_timeout_s + MARGIN_S  # 3 s by default
    config.shutdown_timeout = settings.request_timeout_s + MARGIN_S
    config.keep_alive_timeout = KEEP_ALIVE_S
    config.websocket_max_message_size = MAX_BODY_BYTES
    config.websocket_ping_interval = PING_S
    # It would run also while an answer is sent; nginx guards against clients that send too slowly.
    config.read_timeout = None
    return config


if __name__ == "__main__":
    main()
