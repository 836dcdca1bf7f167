"""Every knob of the sidecar, read from the environment, `.env`, and files of secrets."""

import os
from pathlib import Path

from pydantic import Field, SecretStr
from pydantic_settings import BaseSettings, SettingsConfigDict

PREFIX = "HAOSHUO_HEALTHCHECK_"


class HealthcheckSettings(BaseSettings):
    model_config = SettingsConfigDict(
        env_prefix=PREFIX, env_file=".env", env_ignore_empty=True, extra="ignore", frozen=True
    )

    interval_s: float = Field(2.0, gt=0, description="From the beginning of one round to that of the next, seconds")
    timeout_s: float = Field(2.5, gt=0, description="How long one copy of a service may take to answer, seconds")
    failures: int = Field(2, ge=1, description="Failed rounds in a row after which a copy is restarted")
    probe_s: float = Field(4.0, gt=0, description="A Triton that answers nobody is made to speak so often, seconds")
    stall_s: float = Field(
        30.0, gt=0, description="A Triton that is asked and answers nothing for so long hangs, seconds"
    )
    grace_s: float = Field(
        60.0,
        ge=0,
        description="A process of the local stack may take so long to start; in Docker start_period, seconds",
    )
    backoff_s: float = Field(10.0, ge=0, description="Least pause between two restarts of a copy; doubles each time")
    backoff_max_s: float = Field(600.0, ge=0, description="Longest such pause, seconds")
    budget: int = Field(5, ge=1, description="Restarts of a copy within an hour, after which it is given up")
    restart_memory_mb: int = Field(
        0, ge=0, description="Restart Triton, drained, when its memory exceeds this (MiB); 0 is never"
    )
    restart_gpu_memory_mb: int = Field(0, ge=0, description="The same for the memory of its GPU")
    restart_hour: int | None = Field(
        None, ge=0, le=23, description="Restart Triton, drained, every day at this hour (UTC); empty is never"
    )
    dry_run: bool = Field(default=False, description="Only say what would be restarted")
    webhook: SecretStr = Field(
        SecretStr(""), description="URL that alerts are posted to; a WeCom group robot gets its own format"
    )
    bind: str = Field("127.0.0.1:18090", description="Where /status, /metrics and /healthz are served")

    edge_url: str = Field("https://127.0.0.1:8443", description="The edge, asked for /healthz")
    api_urls: str = Field(
        "http://127.0.0.1:18080", description="Every api replica, comma-separated, asked for /healthz and /readyz"
    )
    redis_url: str = Field("redis://127.0.0.1:16379/0", description="The Redis that is pinged and written to")
    triton_url: str = Field("127.0.0.1:18001", description="The Triton that is watched, and made to speak")
    triton_metrics_url: str = Field("http://127.0.0.1:18002/metrics", description="Its metrics: what it has answered")
    voice: str = Field(
        "", validation_alias="HAOSHUO_VOICE", description="The voice it speaks with, the api's own; empty: the engine's"
    )
    api_triton_url: str = Field(
        "127.0.0.1:18001", validation_alias="HAOSHUO_TRITON_URL", description="Where the api finds Triton"
    )
    triton_tls_dir: str = Field(
        "",
        validation_alias="HAOSHUO_TRITON_TLS_DIR",
        description="Set where Tritons show certificates, which are watched",
    )
    docker_url: str = Field("", description="The filtering proxy of the Docker socket; empty means supervisord")
    supervisor_socket: Path = Field(
        Path(".local/run/supervisor.sock"), description="The Unix socket of the local stack's supervisord"
    )

    @property
    def tritons(self) -> list[str]:
        """The addresses, `host:port`, at which the api finds Triton."""
        addresses = filter(None, map(str.strip, self.api_triton_url.split(",")))
        return [address.rpartition("/")[2] for address in addresses]


def load() -> HealthcheckSettings:
    """HAOSHUO_SECRETS_DIR names a folder with a file for each secret, as for the api."""
    return HealthcheckSettings(_secrets_dir=os.environ.get("HAOSHUO_SECRETS_DIR"))
