"""The name under which a caller is written down."""

from api.auth.principal import Principals
from tests.limiter_contract import PLAN


def test_the_hash_stands_for_the_caller() -> None:
    """It depends on the openid and on the key; nothing printed shows the openid."""
    principal = Principals("h" * 32, PLAN).named("lily")
    assert ("lily", "user", 32) == (principal.openid, principal.kind, len(principal.hash))
    assert "lily" not in repr(principal)
    assert principal == Principals("h" * 32, PLAN).named("lily")
    others = {Principals("h" * 32, PLAN).named("lucy").hash, Principals("H" * 32, PLAN).named("lily").hash}
    assert principal.hash not in others
