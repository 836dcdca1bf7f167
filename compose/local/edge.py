"""What nginx's templates are filled in with; compose/nginx.sh does the same in a container."""

import hashlib
import os
import shutil
from collections.abc import Iterable
from ipaddress import IPv6Address
from pathlib import Path

from compose.local.settings import LocalSettings


def edge_values(settings: LocalSettings, run_dir: Path, tls_dir: Path, api_ports: Iterable[int]) -> dict[str, object]:
    """The `${HAOSHUO_EDGE_…}` of nginx/*.template, for an edge that runs in `run_dir`."""
    proxies = settings.trusted_proxies
    # nginx's default takes a replica out for 10 s after one failure: a rolling restart would find them all out.
    servers = " ".join(f"server 127.0.0.1:{port} max_fails=0;" for port in api_ports)
    return {
        "HAOSHUO_EDGE_API": "replicas",
        "HAOSHUO_EDGE_BURST": settings.edge_burst,
        "HAOSHUO_EDGE_CONNECTIONS": settings.edge_connections,
        "HAOSHUO_EDGE_LISTEN": _listen(settings),
        "HAOSHUO_EDGE_LISTEN_OPTIONS": "proxy_protocol" if settings.edge_proxy_protocol else "",
        "HAOSHUO_EDGE_LOGINS_PER_SECOND": settings.edge_logins_per_second,
        "HAOSHUO_EDGE_LOGIN_BURST": settings.edge_login_burst,
        "HAOSHUO_EDGE_PROBE_LISTEN": f"127.0.0.1:{settings.edge_probe_port}",
        "HAOSHUO_EDGE_REAL_IP_FROM": " ".join(f"set_real_ip_from {proxy};" for proxy in proxies),
        "HAOSHUO_EDGE_REQUESTS_PER_SECOND": settings.edge_requests_per_second,
        "HAOSHUO_EDGE_RUN_DIR": run_dir,
        "HAOSHUO_EDGE_SOCKETS": socket_dir(run_dir),
        "HAOSHUO_EDGE_TCP_CONNECTIONS": settings.edge_tcp_connections,
        "HAOSHUO_EDGE_TLS_DIR": tls_dir,
        "HAOSHUO_EDGE_TRUSTED": " ".join(f"{proxy} 1;" for proxy in proxies),
        # Replicas are served by Triton at their own pace: each new call to the one with the fewest in progress.
        "HAOSHUO_EDGE_UPSTREAM": f"upstream replicas {{ zone replicas 64k; least_conn; {servers} keepalive 32; }}",
    }


def socket_dir(run_dir: Path) -> Path:
    """The folder of the edge's own sockets. Where we are root nginx's workers are another user, who must reach it."""
    if os.geteuid():
        return run_dir
    folder = Path("/run") / f"haoshuo-{hashlib.sha256(str(run_dir).encode()).hexdigest()[:8]}"
    folder.mkdir(mode=0o711, exist_ok=True)
    return folder


def remove_sockets(run_dir: Path) -> None:
    """Leave nothing of a stopped edge outside of its `run_dir`."""
    folder = socket_dir(run_dir)
    if folder != run_dir:
        shutil.rmtree(folder)


def _listen(settings: LocalSettings) -> str:
    if not isinstance(settings.edge_bind, IPv6Address):
        return f"{settings.edge_bind}:{settings.edge_port}"
    return f"[{settings.edge_bind}]:{settings.edge_port} ipv6only=off"  # `::` is IPv4, too
