"""The tokens a login hands out: JWT, HS256, one hour."""

import time
from collections.abc import Sequence
from uuid import uuid4

import jwt

from api import problems
from api.problems import Problem, Refusal

ALGORITHM = "HS256"
ISSUER = "haoshuo"
CLAIMS = ["sub", "iat", "exp", "jti", "iss", "aud"]


class Tokens:
    """Signs with the first key and accepts all of them, so that keys can be rotated with nobody logged out."""

    def __init__(self, keys: Sequence[str], ttl_s: int, audience: str) -> None:
        self._keys = keys
        self._audience = audience
        self.ttl_s = ttl_s

    def issue(self, subject: str) -> str:
        now = int(time.time())
        claims = {
            "sub": subject,
            "iat": now,
            "exp": now + self.ttl_s,
            "jti": uuid4().hex,
            "iss": ISSUER,
            "aud": self._audience,
        }
        return jwt.encode(claims, self._keys[0], algorithm=ALGORITHM)

    def verify(self, token: str) -> str:
        """The subject of a valid token."""
        for key in self._keys:
            try:
                return str(self._claims(token, key)["sub"])
            except jwt.InvalidSignatureError:
                continue
            except jwt.ExpiredSignatureError:
                raise token_refusal(problems.TOKEN_EXPIRED) from None
            except jwt.InvalidTokenError:
                break
        raise token_refusal(problems.TOKEN_INVALID)

    def _claims(self, token: str, key: str) -> dict[str, object]:
        return jwt.decode(
            token,
            key,
            algorithms=[ALGORITHM],
            issuer=ISSUER,
            audience=self._audience,
            # `iat` is there for the record: another replica's clock may run ahead of ours.
            options={"require": CLAIMS, "verify_iat": False},
        )


def token_refusal(problem: Problem) -> Refusal:
    challenge = "Bearer" if problem is problems.TOKEN_MISSING else 'Bearer error="invalid_token"'
    return Refusal(problem, headers={"WWW-Authenticate": challenge})
