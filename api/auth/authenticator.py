"""From an Authorization header to the caller behind it."""

from typing import Protocol

from api import problems
from api.auth.principal import Principal, Principals
from api.auth.tokens import Tokens, token_refusal


class Authenticator(Protocol):
    async def authenticate(self, authorization: str | None) -> Principal:
        """The caller whose credentials an Authorization header carries, or Refusal."""
        ...


class JwtAuthenticator:
    """Knows the tokens that a login hands out."""

    def __init__(self, tokens: Tokens, principals: Principals) -> None:
        self._tokens = tokens
        self._principals = principals

    async def authenticate(self, authorization: str | None) -> Principal:
        scheme, _, token = (authorization or "").partition(" ")
        if scheme.lower() != "bearer" or not token.strip():
            raise token_refusal(problems.TOKEN_MISSING)
        return self._principals.named(self._tokens.verify(token.strip()))
