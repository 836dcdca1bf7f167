"""From an Authorization header to its caller."""

import pytest

from api.auth.api_keys import ApiKeys
from api.auth.authenticator import BearerAuthenticator
from api.auth.principal import Principals
from api.auth.tokens import Tokens
from api.problems import Refusal
from api.redis_guard import RedisGuard
from tests.fakes.keys import MemoryKeys
from tests.limiter_contract import PLAN

PRINCIPALS = Principals("h" * 32, PLAN)


@pytest.fixture
def tokens() -> Tokens:
    return Tokens(["k" * 32], 3600, "haoshuo-dev")


@pytest.fixture
def store() -> MemoryKeys:
    return MemoryKeys(60)


@pytest.fixture
def authenticator(tokens: Tokens, store: MemoryKeys) -> BearerAuthenticator:
    return BearerAuthenticator(tokens, PRINCIPALS, ApiKeys(store, RedisGuard(1.0)))


@pytest.mark.parametrize("scheme", ["Bearer", "bearer", "BEARER"])
async def test_a_token(authenticator: BearerAuthenticator, tokens: Tokens, scheme: str) -> None:
    """The caller of a good token is the one it was issued to."""
    assert PRINCIPALS.named("lily") == await authenticator.authenticate(f"{scheme} {tokens.issue('lily')} ")


@pytest.mark.parametrize("authorization", [None, "", "Bearer", "Bearer ", "Basic bGlseTo=", "token"])
async def test_missing(authenticator: BearerAuthenticator, authorization: str | None) -> None:
    """No Bearer token at all is told apart from a wrong one."""
    with pytest.raises(Refusal, match="token_missing") as caught:
        await authenticator.authenticate(authorization)
    assert "Bearer" == caught.value.headers["WWW-Authenticate"]


async def test_wrong(authenticator: BearerAuthenticator) -> None:
    """A token that is not ours is an invalid token."""
    with pytest.raises(Refusal, match="token_invalid") as caught:
        await authenticator.authenticate("Bearer x.y.z")
    assert 'Bearer error="invalid_token"' == caught.value.headers["WWW-Authenticate"]


async def test_an_api_key(authenticator: BearerAuthenticator, store: MemoryKeys) -> None:
    """Its caller is the key, with the limits that the key was made with, and is written down by its id."""
    key = await store.create("open-webui", 600, 100_000, 16)
    principal = await authenticator.authenticate(f"Bearer {key}")
    (made,) = await store.all()
    assert ("key", f"key-{made.id}", "") == (principal.kind, principal.hash, principal.openid)
    assert (600, 100_000, 60, 16) == (
        principal.plan.calls.amount,
        principal.plan.characters.amount,
        principal.plan.calls.window_s,
        principal.plan.in_progress,
    )


async def test_a_wrong_api_key(authenticator: BearerAuthenticator) -> None:
    """It is told apart from a wrong token."""
    with pytest.raises(Refusal, match="api_key_invalid") as caught:
        await authenticator.authenticate("Bearer hs-0123456789ab-" + "x" * 43)
    assert 'Bearer error="invalid_token"' == caught.value.headers["WWW-Authenticate"]
