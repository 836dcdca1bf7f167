import pytest

from compose.local.templates import render


def test_only_our_variables_are_replaced() -> None:
    """nginx keeps its own $names; ours are filled in."""
    assert "listen 8443; set $x ${y};" == render("listen ${HAOSHUO_PORT}; set $x ${y};", {"HAOSHUO_PORT": 8443})


def test_a_missing_value_is_an_error() -> None:
    """A template never renders with a hole in it."""
    with pytest.raises(KeyError, match="HAOSHUO_PORT"):
        render("listen ${HAOSHUO_PORT};", {})
