"""`python -m api --bind 127.0.0.1:18080`: one process; run several for more."""

import argparse
import asyncio
import logging
import sys

from hypercorn.asyncio import serve
from hypercorn.config import Config

from api import logs
from api.app import create_app
from api.settings import Settings, SettingsError, load

KEEP_ALIVE_S = 75  # longer than nginx keeps an idle connection, so that nginx never sends into a closing one
MARGIN_S = 5


def main() -> None:
    parser = argparse.ArgumentParser(prog="python -m api", description=__doc__)
    parser.add_argument("--bind", default="127.0.0.1:18080", help="host:port or unix:path")
    arguments = parser.parse_args()
    try:
        settings = load()
    except SettingsError as error:
        sys.exit(f"haoshuo api: {error}")
    with logs.configured(settings.log_level):
        asyncio.run(serve(create_app(settings), server_config(arguments.bind, settings)))


def server_config(bind: str, settings: Settings) -> Config:
    config = Config()
    config.bind = bind
    config.errorlog = logging.getLogger("hypercorn.error")
    config.include_server_header = False
    # Told to stop, it closes the socket at once and finishes the calls under way, then closes the engine (lifespan).
    config.graceful_timeout = settings.request_timeout_s + MARGIN_S  # 3 s by default
    config.shutdown_timeout = settings.request_timeout_s + MARGIN_S
    config.keep_alive_timeout = KEEP_ALIVE_S
    # It would run also while an answer is sent; nginx guards against clients that send too slowly.
    config.read_timeout = None
    return config


if __name__ == "__main__":
    main()
