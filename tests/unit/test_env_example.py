import re
from pathlib import Path

import pytest
from pydantic import SecretStr
from pydantic.fields import FieldInfo
from pydantic_settings import BaseSettings

from api.settings import Settings
from compose.local.settings import ROOT, LocalSettings
from healthcheck.settings import HealthcheckSettings
from serving.settings import Indextts2Settings

LINE = re.compile(r"^# HAOSHUO_(?P<name>\w+)=(?P<value>.*)$", re.MULTILINE)
KNOB = re.compile(r"\$\{HAOSHUO_(?P<name>\w+)(?::-(?P<default>[^${}]*))?")
COMPOSE = {
    match["name"].lower(): match["default"] or ""
    for name in ("docker-compose.gpu.yml", "docker-compose.yml")
    for match in KNOB.finditer((ROOT / name).read_text())
}
EXAMPLE = {match["name"].lower(): match["value"] for match in LINE.finditer((ROOT / ".env.example").read_text())}

CLASSES: list[type[BaseSettings]] = [Settings, LocalSettings, HealthcheckSettings, Indextts2Settings]


def _fields(settings: type[BaseSettings]) -> dict[str, FieldInfo]:
    """The fields of a settings class by the names they have in .env.example, without HAOSHUO_."""
    prefix = settings.model_config["env_prefix"].removeprefix("HAOSHUO_").lower()
    return {
        str(field.validation_alias).removeprefix("HAOSHUO_").lower() if field.validation_alias else prefix + name: field
        for name, field in settings.model_fields.items()
    }


def _written(value: object) -> str:
    if isinstance(value, SecretStr):
        value = value.get_secret_value()
    if isinstance(value, Path) and value.is_absolute():
        value = value.relative_to(ROOT)
    return "" if value in [(), {}, None] else str(value)


def test_every_line_is_a_setting() -> None:
    """.env.example lists exactly the fields of the settings classes and the knobs of the compose files."""
    assert set(COMPOSE).union(*map(_fields, CLASSES)) == set(EXAMPLE)


def test_compose_has_the_same_defaults() -> None:
    """A compose file falls back to what .env.example shows, but for what differs between the stacks, or for a GPU."""
    different = {
        "env",
        "engine",
        "triton_url",
        "healthcheck_probe_s",
        "healthcheck_stall_s",
        "engine_patience_s",
        "indextts2_device",
        "audit_path",
    }
    assert {name: EXAMPLE[name] for name in COMPOSE} | {name: COMPOSE[name] for name in different} == COMPOSE


@pytest.mark.parametrize("settings", CLASSES)
def test_the_defaults_shown_are_the_defaults(settings: type[BaseSettings]) -> None:
    """What is commented out in .env.example is what holds without it."""
    fields = {name: field for name, field in _fields(settings).items() if name != "env"}
    assert {name: _written(field.default) for name, field in fields.items()} == {name: EXAMPLE[name] for name in fields}


@pytest.mark.parametrize("settings", CLASSES)
def test_every_setting_explains_itself(settings: type[BaseSettings]) -> None:
    """Each field says what it is for."""
    assert [] == [name for name, field in _fields(settings).items() if not field.description]
