import pytest

from benchmarks.baseline_article import tokens
from benchmarks.baseline_article.tokens import generate_token, verify_token

KEY = "0123456789abcdef0123456789abcdef"


def test_a_token_says_whose_it_is() -> None:
    """For an hour."""
    payload, error = verify_token(generate_token("dev:me", KEY), KEY)
    assert payload is not None
    assert ("dev:me", 3600, "") == (payload["openid"], payload["exp"] - payload["iat"], error)


def test_a_token_with_another_key_is_not_taken() -> None:
    """Nobody can write one without the key."""
    assert (None, "无效Token") == verify_token(generate_token("dev:me", KEY[::-1]), KEY)


def test_an_old_token_is_not_taken(monkeypatch: pytest.MonkeyPatch) -> None:
    """And its owner is told that it is old."""
    monkeypatch.setattr(tokens, "LIFETIME_S", -1)
    assert (None, "Token已过期") == verify_token(generate_token("dev:me", KEY), KEY)
