"""The local stack's knobs: HAOSHUO_* from the environment or `.env`."""

import hashlib
from ipaddress import IPv4Address, IPv6Address, ip_network
from pathlib import Path
from typing import Literal

from pydantic import Field, field_validator
from pydantic_settings import BaseSettings, SettingsConfigDict

ROOT = Path(__file__).resolve().parents[2]


class LocalSettings(BaseSettings):
    model_config = SettingsConfigDict(env_prefix="HAOSHUO_", env_file=ROOT / ".env", extra="ignore", frozen=True)

    env: Literal["dev", "prod"] = Field(
        "dev", description="dev lets `dev:<name>` log in without WeChat; prod refuses to start without real secrets"
    )
    engine: str = Field("kokoro", description="The speech engine: names triton_models/*/configs/<engine>.pbtxt")
    engine_instances: int = Field(0, ge=0, description="Instances of each CPU model; 0: one a core, if they fit")
    engine_threads: int = Field(1, ge=1, description="CPU threads per model instance")
    voices_dir: Path = Field(ROOT / ".local/voices", description="Holds a folder of files for each engine")
    models_source: Path = Field(ROOT / "triton_models", description="Triton's models, as sources")
    state_dir: Path = Field(ROOT / ".local", description="Where the local stack keeps its state")

    audit_path: str = Field("", description="Where the audit trail is written; empty: log/ of the state, a file a day")

    edge_bind: IPv4Address | IPv6Address = Field(
        IPv4Address("127.0.0.1"), description="Address on which nginx takes clients: 0.0.0.0 is IPv4, :: both"
    )
    edge_port: int = Field(8443, ge=1, le=65535, description="HTTPS port of nginx, the only one meant for clients")
    edge_probe_port: int = Field(8444, ge=1, le=65535, description="The same for probes, on 127.0.0.1")
    api_port: int = Field(18080, ge=1, le=65535, description="Port of the first API process; the others follow it")
    api_processes: int = Field(2, ge=1, le=16, description="API processes behind nginx")
    redis_port: int = Field(16379, ge=1, le=65535, description="Port of Redis")
    triton_http_port: int = Field(18000, ge=1, le=65535, description="Triton's HTTP port")
    triton_grpc_port: int = Field(18001, ge=1, le=65535, description="Triton's gRPC port, the one the API uses")
    triton_metrics_port: int = Field(18002, ge=1, le=65535, description="Triton's metrics port")
    other_tritons: str = Field("", description="Comma-separated gRPC addresses of Tritons that the API asks, too")

    healthcheck_port: int = Field(18090, ge=1, le=65535, description="Port of the sidecar's /status and /metrics")

    edge_requests_per_second: int = Field(20, ge=1, description="Requests per second nginx accepts from one IP")
    edge_burst: int = Field(40, ge=1, description="Requests above that rate nginx accepts from one IP at once")
    edge_connections: int = Field(100, ge=1, description="Requests in progress nginx accepts from one IP")
    edge_tcp_connections: int = Field(256, ge=1, description="Connections nginx accepts from one IP, idle ones too")
    edge_logins_per_second: int = Field(1, ge=1, description="Logins per second nginx accepts from one IP")
    edge_login_burst: int = Field(10, ge=1, description="Logins above that rate nginx accepts from one IP at once")
    edge_trusted_proxies: str = Field(
        "", description="Comma-separated networks of the proxies in front, whose word on a client's address is taken"
    )
    edge_proxy_protocol: bool = Field(default=False, description="Whether each connection begins with PROXY protocol")
    max_text_characters: int = Field(1000, ge=1, le=4000, description="The longest text of one call")

    @field_validator("edge_trusted_proxies")
    @classmethod
    def _check_networks(cls, value: str) -> str:
        for network in _split(value):
            ip_network(network)
        return value

    @property
    def trusted_proxies(self) -> list[str]:
        return _split(self.edge_trusted_proxies)

    @property
    def api_ports(self) -> list[int]:
        return [self.api_port + i for i in range(self.api_processes)]

    @property
    def url(self) -> str:
        return f"https://localhost:{self.edge_port}"

    @property
    def probe_url(self) -> str:
        return f"https://localhost:{self.edge_probe_port}"

    @property
    def shm_prefix(self) -> str:
        """Name prefix of Triton's shared-memory regions, so that only our own leaked ones are removed."""
        return "haoshuo-" + hashlib.sha256(str(self.state_dir).encode()).hexdigest()[:8]

    def listening(self) -> dict[int, str]:
        """Every port the stack binds, with the setting that moves it."""
        ports = (
            "edge_port",
            "edge_probe_port",
            "redis_port",
            "triton_http_port",
            "triton_grpc_port",
            "triton_metrics_port",
            "healthcheck_port",
        )
        return {getattr(self, name): f"HAOSHUO_{name.upper()}" for name in ports} | dict.fromkeys(
            self.api_ports, "HAOSHUO_API_PORT"
        )


def _split(value: str) -> list[str]:
    return list(filter(None, map(str.strip, value.split(","))))
