"""The connection to the Redis that all replicas share."""

from redis.asyncio import BlockingConnectionPool, Redis
from redis.asyncio.retry import Retry
from redis.backoff import NoBackoff
from redis.exceptions import RedisError

UNREACHABLE = (RedisError, OSError)
MAX_CONNECTIONS = 32


def connect(url: str, timeout_s: float) -> Redis:
    """A client that is quick to say that Redis is down; it connects with its first command.

    It retries once, because the first command after a restart of Redis meets a dead pooled connection: so every
    command must be safe to repeat.
    """
    pool = BlockingConnectionPool.from_url(
        url,
        max_connections=MAX_CONNECTIONS,
        timeout=timeout_s,
        socket_timeout=timeout_s,
        socket_connect_timeout=timeout_s,
        retry=Retry(NoBackoff(), 1),
    )
    return Redis.from_pool(pool)
