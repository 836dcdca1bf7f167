import re
from pathlib import Path

import pytest
from pydantic import SecretStr
from pydantic_settings import BaseSettings

from api.settings import Settings
from compose.local.settings import ROOT, LocalSettings

LINE = re.compile(r"^# HAOSHUO_(?P<name>\w+)=(?P<value>.*)$", re.MULTILINE)
EXAMPLE = {match["name"].lower(): match["value"] for match in LINE.finditer((ROOT / ".env.example").read_text())}


def _written(value: object) -> str:
    if isinstance(value, SecretStr):
        value = value.get_secret_value()
    if isinstance(value, Path):
        value = value.relative_to(ROOT)
    return "" if value == () else str(value)


def test_every_line_is_a_setting() -> None:
    """.env.example lists exactly the fields of the settings classes."""
    assert set(Settings.model_fields) | set(LocalSettings.model_fields) == set(EXAMPLE)


@pytest.mark.parametrize("settings", [Settings, LocalSettings])
def test_the_defaults_shown_are_the_defaults(settings: type[BaseSettings]) -> None:
    """What is commented out in .env.example is what holds without it."""
    fields = {name: field for name, field in settings.model_fields.items() if name != "env"}
    assert {name: _written(field.default) for name, field in fields.items()} == {name: EXAMPLE[name] for name in fields}


@pytest.mark.parametrize("settings", [Settings, LocalSettings])
def test_every_setting_explains_itself(settings: type[BaseSettings]) -> None:
    """Each field says what it is for."""
    assert [] == [name for name, field in settings.model_fields.items() if not field.description]
