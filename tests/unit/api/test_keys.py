"""The command that makes and revokes API keys; with a real Redis: tests/integration/test_api_keys.py."""

from collections.abc import Callable

import pytest

from api import keys
from api.settings import Settings


@pytest.mark.parametrize(
    "arguments",
    [
        [],
        ["create"],
        ["create", ""],
        ["create", "a\nb"],
        ["create", "x" * 65],
        ["create", "a", "--calls", "0"],
        ["create", "a", "--characters", "many"],
        ["revoke"],
    ],
)
def test_mistakes(arguments: list[str]) -> None:
    """Every one ends in the usage, before anything is done."""
    with pytest.raises(SystemExit, match="2"):
        keys.main(arguments)


def test_without_redis(
    make_settings: Callable[..., Settings], monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    """One line says what is wrong; no key is shown that does not exist."""
    monkeypatch.setattr(keys, "load", make_settings)
    assert 1 == keys.main(["create", "a"])
    output, error = capsys.readouterr()
    assert "" == output
    assert error.startswith("✗ ")
    assert 1 == error.count("\n")


def test_without_settings(capsys: pytest.CaptureFixture[str]) -> None:
    """What is missing is named."""
    assert 1 == keys.main(["list"])
    assert "HAOSHUO_JWT_KEYS" in capsys.readouterr().err
