"""From an Authorization header to its caller."""

import pytest

from api.auth.authenticator import JwtAuthenticator
from api.auth.principal import Principals
from api.auth.tokens import Tokens
from api.problems import Refusal

PRINCIPALS = Principals("h" * 32)


@pytest.fixture
def tokens() -> Tokens:
    return Tokens(["k" * 32], 3600, "haoshuo-dev")


@pytest.fixture
def authenticator(tokens: Tokens) -> JwtAuthenticator:
    return JwtAuthenticator(tokens, PRINCIPALS)


@pytest.mark.parametrize("scheme", ["Bearer", "bearer", "BEARER"])
async def test_a_token(authenticator: JwtAuthenticator, tokens: Tokens, scheme: str) -> None:
    """The caller of a good token is the one it was issued to."""
    assert PRINCIPALS.named("lily") == await authenticator.authenticate(f"{scheme} {tokens.issue('lily')} ")


@pytest.mark.parametrize("authorization", [None, "", "Bearer", "Bearer ", "Basic bGlseTo=", "token"])
async def test_missing(authenticator: JwtAuthenticator, authorization: str | None) -> None:
    """No Bearer token at all is told apart from a wrong one."""
    with pytest.raises(Refusal, match="token_missing") as caught:
        await authenticator.authenticate(authorization)
    assert "Bearer" == caught.value.headers["WWW-Authenticate"]


async def test_wrong(authenticator: JwtAuthenticator) -> None:
    """A token that is not ours is an invalid token."""
    with pytest.raises(Refusal, match="token_invalid") as caught:
        await authenticator.authenticate("Bearer x.y.z")
    assert 'Bearer error="invalid_token"' == caught.value.headers["WWW-Authenticate"]
