"""The service starts with what it needs, or says in one line what is missing."""

from collections.abc import Callable
from pathlib import Path

import pytest

from api.settings import Settings, SettingsError, load

GOOD = {
    "HAOSHUO_WECHAT_APPID": "wx1",
    "HAOSHUO_WECHAT_SECRET": "wechat-secret",
    "HAOSHUO_USER_HASH_KEY": "h" * 32,
    "HAOSHUO_JWT_KEYS": "a" * 32,
}


@pytest.fixture
def environment(monkeypatch: pytest.MonkeyPatch) -> Callable[..., None]:
    def set_variables(**variables: str) -> None:
        for name, value in variables.items():
            monkeypatch.setenv(name, value)

    return set_variables


def test_production_is_the_default(environment: Callable[..., None]) -> None:
    """Without a word about it the service is strict."""
    environment(**GOOD)
    settings = load()
    assert "prod" == settings.env
    assert (10, 60, 1000) == (settings.limit_calls, settings.limit_window_s, settings.max_text_characters)


@pytest.mark.parametrize("missing", GOOD)
def test_production_names_what_is_missing(environment: Callable[..., None], missing: str) -> None:
    """Each variable production needs is asked for by name; empty counts as missing."""
    environment(**GOOD | {missing: ""})
    with pytest.raises(SettingsError, match=f"^缺少配置 missing: {missing}$"):
        load()


def test_all_that_is_missing_in_one_line() -> None:
    """A fresh machine is told everything at once."""
    with pytest.raises(SettingsError) as caught:
        load()
    assert set(GOOD) == set(str(caught.value).removeprefix("缺少配置 missing: ").split(", "))


def test_development_needs_no_wechat_but_keys(environment: Callable[..., None]) -> None:
    """Two processes of a development stack must share keys too, so none are made up."""
    environment(HAOSHUO_ENV="dev")
    with pytest.raises(SettingsError, match=r"^缺少配置 missing: HAOSHUO_JWT_KEYS, HAOSHUO_USER_HASH_KEY$"):
        load()
    environment(HAOSHUO_JWT_KEYS="a" * 32, HAOSHUO_USER_HASH_KEY="h" * 32)
    assert "dev" == load().env


def test_secrets_may_be_files(environment: Callable[..., None], tmp_path: Path) -> None:
    """A folder of secrets serves what the environment does not give."""
    for name, value in GOOD.items():
        (tmp_path / name.lower()).write_text(value)
    environment(HAOSHUO_SECRETS_DIR=str(tmp_path), HAOSHUO_WECHAT_APPID="wx2")
    settings = load()
    assert ("wx2", "wechat-secret") == (settings.wechat_appid, settings.wechat_secret.get_secret_value())
    assert ["a" * 32] == [key.get_secret_value() for key in settings.jwt_keys]


def test_keys_are_a_list(environment: Callable[..., None]) -> None:
    """Keys are separated by commas; white space does not matter."""
    environment(**GOOD | {"HAOSHUO_JWT_KEYS": f"{'a' * 32}, {'b' * 40},"})
    assert ["a" * 32, "b" * 40] == [key.get_secret_value() for key in load().jwt_keys]


@pytest.mark.parametrize("short", [{"HAOSHUO_JWT_KEYS": f"{'a' * 32},{'b' * 31}"}, {"HAOSHUO_USER_HASH_KEY": "h" * 31}])
def test_short_keys_are_refused(environment: Callable[..., None], short: dict[str, str]) -> None:
    """A key of less than 256 bits is refused, old ones too, and is not shown."""
    environment(**GOOD | short)
    with pytest.raises(SettingsError) as caught:
        load()
    assert "shorter than 32 bytes" in str(caught.value)
    assert next(iter(short)) in str(caught.value)
    assert next(iter(short.values())) not in str(caught.value)


def test_wrong_values_are_named_and_not_shown(environment: Callable[..., None]) -> None:
    """A value that is no good is reported by its variable."""
    environment(**GOOD | {"HAOSHUO_REQUEST_TIMEOUT_S": "61"})
    with pytest.raises(SettingsError, match="HAOSHUO_REQUEST_TIMEOUT_S"):
        load()


def test_triton_addresses(environment: Callable[..., None]) -> None:
    """One address or several, separated by commas; none at all is refused."""
    environment(**GOOD | {"HAOSHUO_TRITON_URL": "a:1, dns:///b:2,"})
    assert ("a:1", "dns:///b:2") == load().triton_addresses
    environment(HAOSHUO_TRITON_URL=" , ")
    with pytest.raises(SettingsError, match="HAOSHUO_TRITON_URL"):
        load()


def test_certificates_for_triton_must_be_there(environment: Callable[..., None], tmp_path: Path) -> None:
    """A folder without the files that mutual TLS takes is refused at the start, not with the first call."""
    (tmp_path / "ca.pem").touch()
    environment(**GOOD | {"HAOSHUO_TRITON_TLS_DIR": str(tmp_path)})
    with pytest.raises(SettingsError, match=r"HAOSHUO_TRITON_TLS_DIR: client\.pem, client\.key$"):
        load()


def test_dotenv(tmp_path: Path) -> None:
    """`.env` in the working directory is read; variables of other services there do not matter."""
    lines = [f"{name}={value}" for name, value in GOOD.items()]
    (tmp_path / ".env").write_text("\n".join([*lines, "HAOSHUO_OTHER=1", "HAOSHUO_LIMIT_CALLS=7"]))
    assert 7 == load().limit_calls


def test_secrets_do_not_show(environment: Callable[..., None]) -> None:
    """Printing the settings shows no secret."""
    environment(**GOOD)
    for secret in ("wechat-secret", "h" * 32, "a" * 32):
        assert secret not in repr(load())


def test_every_field_is_documented() -> None:
    """Each knob says what it does."""
    assert [] == [name for name, field in Settings.model_fields.items() if not field.description]
