"""The user behind a request."""

import hashlib
import hmac
from dataclasses import dataclass, field

from api import problems
from api.auth.tokens import Tokens, refuse

HASH_LENGTH = 32  # hexadecimal digits: 128 bits


@dataclass(frozen=True)
class User:
    """`hash` stands for the user wherever something is written down; the openid never leaves the process."""

    openid: str = field(repr=False)
    hash: str


class Users:
    def __init__(self, tokens: Tokens, hash_key: str) -> None:
        self._tokens = tokens
        self._hash_key = hash_key.encode()

    def named(self, openid: str) -> User:
        digest = hmac.new(self._hash_key, openid.encode(), hashlib.sha256).hexdigest()
        return User(openid, digest[:HASH_LENGTH])

    def identify(self, authorization: str | None) -> User:
        """The user whose token an Authorization header carries."""
        scheme, _, token = (authorization or "").partition(" ")
        if scheme.lower() != "bearer" or not token.strip():
            raise refuse(problems.TOKEN_MISSING)
        return self.named(self._tokens.verify(token.strip()))
