"""Puts the parts together, without Quart, so that another process can speak in the same way."""

from collections.abc import AsyncIterator, Sequence
from contextlib import AbstractAsyncContextManager, AsyncExitStack, asynccontextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from redis.asyncio import Redis

from api.audit import Audit
from api.auth.authenticator import Authenticator, JwtAuthenticator
from api.auth.codes import Codes
from api.auth.identity import DevIdentity, Identity
from api.auth.tokens import Tokens
from api.auth.wechat import WeChat
from api.engine.pool import EnginePool
from api.limits.fallback import FallbackLimiter
from api.limits.limiter import Limit, Limiter, Plan
from api.limits.memory import MemoryLimiter
from api.limits.redis import RedisLimiter
from api.metrics import Metrics
from api.redis_client import connect
from api.redis_guard import RedisGuard
from api.settings import Settings
from api.synthesis.admission import AdmissionControl
from api.synthesis.audio import AudioMemory
from api.synthesis.calls import Desk
from api.synthesis.queue import FairQueue
from api.synthesis.synthesizer import Synthesizer
from api.synthesis.trail import Trails
