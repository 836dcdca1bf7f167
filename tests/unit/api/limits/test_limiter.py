"""How limits read in HTTP."""

import math

from api.limits.limiter import Limit, Usage, headers

CALLS = Limit("calls", 10, 60)
CHARACTERS = Limit("characters", 3000, 60)


def test_accepted() -> None:
    """An accepted call is told both policies, and what is left of each."""
    expected = {
        "RateLimit-Policy": '"calls";q=10;w=60, "characters";q=3000;qu="characters";w=60',
        "RateLimit": '"calls";r=9;t=60, "characters";r=2980;t=60',
    }
    assert expected == headers((Usage(CALLS, 9, 60.0), Usage(CHARACTERS, 2980, 59.2)), None)


def test_unused() -> None:
    """Where nothing is used there is nothing to wait for."""
    assert (
        '"calls";r=10, "characters";r=3000'
        == headers((Usage(CALLS, 10, 0), Usage(CHARACTERS, 3000, 0)), None)["RateLimit"]
    )


def test_refused() -> None:
    """A refused call is told when to come back, in whole seconds, rounded up and never zero."""
    refused = Usage(CHARACTERS, 40, 12.001)
    fields = headers((Usage(CALLS, 9, 3.0), refused), refused)
    assert ("13", '"calls";r=9;t=3, "characters";r=40;t=13') == (fields["Retry-After"], fields["RateLimit"])
    soon = Usage(CALLS, 0, 0.0001)
    assert "1" == headers((soon,), soon)["Retry-After"]


def test_what_never_fits() -> None:
    """A call larger than the whole limit is not told to come back."""
    refused = Usage(CHARACTERS, 3000, math.inf)
    fields = headers((Usage(CALLS, 9, 3.0), refused), refused)
    assert "Retry-After" not in fields
    assert '"calls";r=9;t=3, "characters";r=3000' == fields["RateLimit"]
