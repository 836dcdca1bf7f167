"""From an Authorization header to the caller behind it."""

from typing import Protocol

from api import problems
from api.auth.api_keys import PREFIX, ApiKeys
from api.auth.principal import Principal, Principals
from api.auth.tokens import Tokens, token_refusal


class Authenticator(Protocol):
    async def authenticate(self, authorization: str | None) -> Principal:
        """The caller whose credentials an Authorization header carries, or Refusal."""
        ...


class BearerAuthenticator:
    """Knows the tokens that a login hands out, and API keys."""

    def __init__(self, tokens: Tokens, principals: Principals, keys: ApiKeys) -> None:
        self._tokens = tokens
        self._principals = principals
        self._keys = keys

    async def authenticate(self, authorization: str | None) -> Principal:
        scheme, _, token = (authorization or "").partition(" ")
        if scheme.lower() != "bearer" or not (token := token.strip()):
            raise token_refusal(problems.TOKEN_MISSING)
        if token.startswith(PREFIX):
            key = await self._keys.verify(token)
            return Principal(f"key-{key.id}", key.plan, kind="key")
        return self._principals.named(self._tokens.verify(token))
