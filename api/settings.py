"""Every knob of the api, read from the environment, `.env`, and files of secrets."""

import os
from collections.abc import Mapping
from pathlib import Path
from typing import Annotated, Literal, Self

from pydantic import Field, SecretStr, ValidationError, field_validator, model_validator
from pydantic_settings import BaseSettings, NoDecode, SettingsConfigDict

from api.labels.policy import Audible

PREFIX = "HAOSHUO_"
MIN_KEY_BYTES = 32  # HS256 wants at least 256 bits (RFC 7518, 3.2)

ALWAYS_NEEDED = ("jwt_keys", "user_hash_key")
TLS_FILES = ("ca.pem", "client.pem", "client.key")
NEEDED_IN_PROD = ("wechat_appid", "wechat_secret", *ALWAYS_NEEDED)


class SettingsError(Exception):
    """The service cannot start; the message is one line, names variables and never shows their values."""


class Settings(BaseSettings):
    model_config = SettingsConfigDict(
        env_prefix=PREFIX,
        env_file=".env",
        env_file_encoding="utf-8",
        env_ignore_empty=True,
        extra="ignore",
        frozen=True,
    )

    env: Literal["prod", "dev"] = Field("prod", description="`dev` lets the code `dev:<name>` log in without WeChat")

    jwt_keys: Annotated[tuple[SecretStr, ...], NoDecode] = Field(
        (), description="Comma-separated token keys of at least 32 bytes each: the first signs, all verify"
    )
    jwt_ttl_s: int = Field(3600, gt=0, description="How long a token is valid, seconds")
    user_hash_key: SecretStr = Field(
        SecretStr(""), description="Key of the hash that stands for a user in logs and in Redis, at least 32 bytes"
    )

    wechat_appid: str = Field("", description="The mini-program's AppID")
    wechat_secret: SecretStr = Field(SecretStr(""), description="The mini-program's AppSecret")
    wechat_url: str = Field("https://api.weixin.qq.com", description="Base URL of WeChat's server API")
    wechat_timeout_s: float = Field(5.0, gt=0, description="How long a login waits for WeChat, seconds")
    wechat_at_once: int = Field(32, ge=1, description="How many logins one process asks WeChat about at a time")

    redis_url: str = Field("redis://127.0.0.1:16379/0", description="The Redis that all replicas share")
    redis_timeout_s: float = Field(0.5, gt=0, description="Redis silent for longer counts as down, seconds")

    triton_url: str = Field(
        "127.0.0.1:18001",
        description="Triton's gRPC addresses, comma-separated; `dns:///name:port` stands for all addresses of a name",
    )
    triton_tls_dir: str = Field(
        "", description="Folder of ca.pem, client.pem and client.key: mutual TLS with Triton; empty means none"
    )
    voice: str = Field("", description="The voice that speaks; empty means the engine's own default")
    voice_aliases: Annotated[Mapping[str, str], NoDecode] = Field(
        {},
        description="Other names of voices, `name=voice,…`; OpenAI's names mean HAOSHUO_VOICE by default",
    )
    segments_ahead: int = Field(
        16, ge=1, description="How many segments of one call may be queued, made or waiting to be sent at a time"
    )
    segment_timeout_s: float = Field(20.0, gt=0, description="How long one segment may take, seconds")
    request_timeout_s: float = Field(
        50.0, gt=0, lt=60, description="How long one call may take, seconds; mini-programs give up after 60"
    )
    engine_patience_s: float = Field(
        15.0, ge=0, description="How long new calls are still taken while Triton is away, seconds"
    )
    audio_memory_mb: int = Field(
        192, ge=1, description="What the finished audio of one process's calls may take until it is sent, MiB"
    )
    websocket_sessions: int = Field(500, ge=1, description="How many WebSocket sessions one process may have")
    ready_timeout_s: float = Field(5.0, gt=0, description="How long /readyz waits for its test synthesis, seconds")

    max_text_characters: int = Field(1000, ge=1, le=4000, description="The longest text of one call")
    limit_calls: int = Field(10, ge=1, description="Calls one user may make within any window")
    limit_characters: int = Field(3000, ge=1, description="Characters in those calls")
    limit_window_s: int = Field(60, ge=1, description="Length of that window, seconds")
    limit_in_progress: int = Field(
        3, ge=1, description="Calls of one user that are worked on at a time; further ones wait"
    )

    aigc_producer: str = Field(
        "haoshuo",
        pattern=r"^[!#-\[\]-~]{1,64}$",
        description="Who makes the speech, in the metadata of files: a name or code, printable ASCII without spaces",
    )
    aigc_metadata: bool = Field(default=True, description="Whether the metadata of files say that they are generated")

    aigc_label: Audible = Field(
        "none", description="What is heard before speech unless a call asks otherwise: none, rhythm or notice"
    )
    aigc_label_required: bool = Field(default=False, description="Whether a call may not ask for no audible label")

    audit_path: str = Field(
        "",
        description="File the audit log is appended to, `%Y-%m-%d` for one a day (UTC); `-` or empty: standard output",
    )
    audit_keep_days: int = Field(
        190, ge=1, description="How long files with a date are kept, days; six months are up to 184"
    )
    audit_summary: bool = Field(default=True, description="Whether the audit log shows the beginning of each text")
    log_level: Literal["debug", "info", "warning", "error"] = Field("info", description="Least severe line logged")

    @field_validator("jwt_keys", mode="before")
    @classmethod
    def _split(cls, value: object) -> object:
        return _listed(value) if isinstance(value, str) else value

    @field_validator("voice_aliases", mode="before")
    @classmethod
    def _split_pairs(cls, value: object) -> object:
        if not isinstance(value, str):
            return value
        pairs = [pair.partition("=") for pair in _listed(value)]
        if not all(name and sign and voice for name, sign, voice in pairs):
            raise ValueError("name=voice,name=voice")
        return {name.strip(): voice.strip() for name, _, voice in pairs}

    @model_validator(mode="after")
    def _refuse_what_is_not_safe(self) -> Self:
        needed = NEEDED_IN_PROD if self.env == "prod" else ALWAYS_NEEDED
        if missing := [name for name in needed if not _given(getattr(self, name))]:
            raise ValueError(f"缺少配置 missing: {_variables(missing)}")
        keys = {"jwt_keys": self.jwt_keys, "user_hash_key": (self.user_hash_key,)}
        if short := [name for name, values in keys.items() if any(map(_is_short, values))]:
            raise ValueError(f"密钥不足 {MIN_KEY_BYTES} 字节 shorter than {MIN_KEY_BYTES} bytes: {_variables(short)}")
        return self

    @model_validator(mode="after")
    def _refuse_what_cannot_reach_triton(self) -> Self:
        if not self.triton_addresses:
            raise ValueError(f"缺少配置 missing: {_variables(['triton_url'])}")
        folder = Path(self.triton_tls_dir)
        if self.triton_tls_dir and (lost := [name for name in TLS_FILES if not os.access(folder / name, os.R_OK)]):
            raise ValueError(f"无法读取 cannot read in {_variables(['triton_tls_dir'])}: {', '.join(lost)}")
        return self

    @model_validator(mode="after")
    def _refuse_what_contradicts_itself(self) -> Self:
        if self.aigc_label_required and self.aigc_label == "none":
            raise ValueError(f"配置矛盾 contradiction: {_variables(['aigc_label_required', 'aigc_label'])}=none")
        return self

    @property
    def triton_addresses(self) -> tuple[str, ...]:
        return _listed(self.triton_url)


def load() -> Settings:
    """The settings of this process, or SettingsError.

    HAOSHUO_SECRETS_DIR names a folder with a file for each secret, such as `haoshuo_jwt_keys`: a file leaks less
    easily than an environment.
    """
    try:
        return Settings(_secrets_dir=os.environ.get("HAOSHUO_SECRETS_DIR"))
    except ValidationError as error:
        raise SettingsError("; ".join(_explain(detail["loc"], detail["msg"]) for detail in error.errors())) from None


def _listed(value: str) -> tuple[str, ...]:
    return tuple(filter(None, map(str.strip, value.split(","))))


def _given(value: str | SecretStr | tuple[SecretStr, ...]) -> bool:
    return bool(value.get_secret_value() if isinstance(value, SecretStr) else value)


def _is_short(key: SecretStr) -> bool:
    return len(key.get_secret_value().encode()) < MIN_KEY_BYTES


def _variables(names: list[str]) -> str:
    return ", ".join(f"{PREFIX}{name.upper()}" for name in names)


def _explain(location: tuple[int | str, ...], message: str) -> str:
    if not location:
        return message.removeprefix("Value error, ")
    return f"配置无效 invalid {_variables([str(location[0])])}: {message}"
