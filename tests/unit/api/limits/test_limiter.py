"""How an admission reads in HTTP."""

from api.limits.limiter import Admission, Limit, headers

LIMIT = Limit(10, 60)


def test_accepted() -> None:
    """An accepted call is told the policy and what is left of it."""
    admission = Admission(allowed=True, user="u", call="c", remaining=9, reset_s=60.0)
    expected = {"RateLimit-Policy": '"user";q=10;w=60', "RateLimit": '"user";r=9;t=60'}
    assert expected == headers(LIMIT, admission)


def test_refused() -> None:
    """A refused call is told when to come back, in whole seconds, rounded up and never zero."""
    admission = Admission(allowed=False, user="u", call="c", remaining=0, reset_s=12.001)
    assert "13" == headers(LIMIT, admission)["Retry-After"]
    assert '"user";r=0;t=13' == headers(LIMIT, admission)["RateLimit"]
    soon = Admission(allowed=False, user="u", call="c", remaining=0, reset_s=0.0)
    assert "1" == headers(LIMIT, soon)["Retry-After"]
