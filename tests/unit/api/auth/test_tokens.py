"""Tokens: one algorithm, all claims, keys that can be rotated."""

import base64
import json
import time
from typing import Any

import jwt
import pytest

from api.auth.tokens import CLAIMS, Tokens
from api.problems import Refusal

OLD, NEW = "o" * 32, "n" * 32
AUDIENCE = "haoshuo-dev"


@pytest.fixture
def tokens() -> Tokens:
    return Tokens([NEW, OLD], 3600, AUDIENCE)


def claims(**changes: Any) -> dict[str, Any]:
    now = int(time.time())
    good = {"sub": "lily", "iat": now, "exp": now + 60, "jti": "1", "iss": "haoshuo", "aud": AUDIENCE}
    return {name: value for name, value in (good | changes).items() if value is not None}


def signed(key: str = NEW, /, algorithm: str = "HS256", **changes: Any) -> str:
    return jwt.encode(claims(**changes), key, algorithm=algorithm)


def code_of(tokens: Tokens, token: str) -> str:
    with pytest.raises(Refusal) as caught:
        tokens.verify(token)
    assert 401 == caught.value.problem.status
    assert caught.value.headers["WWW-Authenticate"].startswith("Bearer")
    return caught.value.problem.code


def test_round_trip(tokens: Tokens) -> None:
    """A token that was issued is accepted, and carries all claims."""
    token = tokens.issue("lily")
    assert "lily" == tokens.verify(token)
    assert {"alg": "HS256", "typ": "JWT"} == jwt.get_unverified_header(token)
    payload = jwt.decode(token, NEW, algorithms=["HS256"], audience=AUDIENCE)
    assert set(CLAIMS) == set(payload)
    assert 3600 == payload["exp"] - payload["iat"]


def test_rotation(tokens: Tokens) -> None:
    """The first key signs; tokens of an older key stay good until it is taken off the list."""
    assert "lily" == tokens.verify(signed(OLD))
    assert "lily" == Tokens([NEW], 3600, AUDIENCE).verify(tokens.issue("lily"))
    assert "token_invalid" == code_of(Tokens([NEW], 3600, AUDIENCE), signed(OLD))


@pytest.mark.parametrize("key", [OLD, NEW])
def test_expired(tokens: Tokens, key: str) -> None:
    """An expired token says so, whichever key signed it."""
    assert "token_expired" == code_of(tokens, signed(key, exp=int(time.time()) - 1))


def test_expired_but_forged(tokens: Tokens) -> None:
    """A forgery is not told more than that it is one."""
    assert "token_invalid" == code_of(tokens, signed("x" * 32, exp=int(time.time()) - 1))


@pytest.mark.parametrize("claim", CLAIMS)
def test_every_claim_is_required(tokens: Tokens, claim: str) -> None:
    """A token without one of its claims is none of ours."""
    assert "token_invalid" == code_of(tokens, jwt.encode(claims(**{claim: None}), NEW, algorithm="HS256"))


@pytest.mark.parametrize("wrong", [{"iss": "someone"}, {"aud": "haoshuo-prod"}, {"aud": "x"}, {"sub": 1}, {"exp": "x"}])
def test_wrong_claims(tokens: Tokens, wrong: dict[str, Any]) -> None:
    """Another issuer's or another environment's token is refused, though the key be right."""
    assert "token_invalid" == code_of(tokens, signed(**wrong))


def test_other_algorithms(tokens: Tokens) -> None:
    """Only HS256: not `none`, not even HS512 with the right key."""
    assert "token_invalid" == code_of(tokens, signed("n" * 32 + "n" * 32, "HS512"))
    header, payload = ({"alg": "none", "typ": "JWT"}, claims())
    unsigned = ".".join(
        base64.urlsafe_b64encode(json.dumps(part).encode()).decode().rstrip("=") for part in (header, payload)
    )
    assert "token_invalid" == code_of(tokens, f"{unsigned}.")


@pytest.mark.parametrize("token", ["x", "a.b.c", "....", "é", "null", "a" * 5000])
def test_rubbish(tokens: Tokens, token: str) -> None:
    """What is no token at all is an invalid token."""
    assert "token_invalid" == code_of(tokens, token)


def test_another_replica_s_clock(tokens: Tokens) -> None:
    """A token issued by a replica whose clock runs ahead is good here."""
    assert "lily" == tokens.verify(signed(iat=int(time.time()) + 5))
