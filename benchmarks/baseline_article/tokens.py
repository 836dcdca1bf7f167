"""The article's tokens: who somebody is, signed, for an hour."""

import time
from typing import Any

import jwt

ALGORITHM = "HS256"
LIFETIME_S = 3600


def generate_token(openid: str, key: str) -> str:
    now = int(time.time())
    return jwt.encode({"openid": openid, "exp": now + LIFETIME_S, "iat": now}, key, algorithm=ALGORITHM)


def verify_token(token: str, key: str) -> tuple[dict[str, Any] | None, str]:
    """What the token says, or why it is not taken."""
    try:
        return jwt.decode(token, key, algorithms=[ALGORITHM]), ""
    except jwt.ExpiredSignatureError:
        return None, "Token已过期"
    except jwt.InvalidTokenError:
        return None, "无效Token"
