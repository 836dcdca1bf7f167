"""Both stacks fill in the same templates, each in its own way: compose/local/edge.py and compose/nginx.sh."""

import os
import re
import subprocess
from pathlib import Path

import pytest

from api.app import MAX_BODY_BYTES
from api.views.bodies import OPENAI_CHARACTERS
from compose.local.edge import edge_values
from compose.local.settings import ROOT, LocalSettings
from compose.local.templates import render

KNOBS = [
    {},
    {
        "edge_trusted_proxies": "10.0.0.0/8, 2001:db8::/32",
        "edge_proxy_protocol": True,
        "max_text_characters": 4000,
        "edge_connections": 7,
    },
]
SET_BY_COMPOSE = ("HAOSHUO_EDGE_API", "HAOSHUO_EDGE_LISTEN", "HAOSHUO_EDGE_PROBE_LISTEN", "HAOSHUO_EDGE_TLS_DIR")


def _settings(knobs: dict[str, object]) -> LocalSettings:
    return LocalSettings(_env_file=None, **knobs)  # type: ignore[arg-type]


@pytest.mark.parametrize("knobs", KNOBS)
def test_both_stacks_render_the_same(tmp_path: Path, knobs: dict[str, object]) -> None:
    """The container's script and the local stack make the same configuration of the same knobs."""
    settings = _settings(knobs)
    values = edge_values(settings, tmp_path, Path("/run/tls"), settings.api_ports) | {
        "HAOSHUO_EDGE_SOCKETS": tmp_path  # in the container nginx's workers are nobody else
    }
    environment = {f"HAOSHUO_{name.upper()}": str(value) for name, value in settings}
    environment |= {name: str(values[name]) for name in (*SET_BY_COMPOSE, "HAOSHUO_EDGE_UPSTREAM")}
    (tmp_path / "nginx").symlink_to("/bin/true")
    subprocess.run(
        [ROOT / "compose/nginx.sh"],
        env=environment
        | {
            "HAOSHUO_EDGE_RUN_DIR": str(tmp_path),
            "HAOSHUO_TEMPLATES": str(ROOT / "nginx"),
            "PATH": f"{tmp_path}:{os.environ['PATH']}",
        },
        check=True,
    )
    templates = list((ROOT / "nginx").glob("*.template"))
    assert templates
    for template in templates:
        expected = render(template.read_text(), values)
        assert _without_spaces(expected) == _without_spaces((tmp_path / template.stem).read_text())


def _without_spaces(text: str) -> str:
    return re.sub(r" +", " ", re.sub(r" +$", "", text, flags=re.MULTILINE))


def test_the_edge_takes_what_the_api_takes() -> None:
    """The limit of a body is the same at the edge and in the api, and such a body is not written to a disk."""
    template = (ROOT / "nginx/nginx.conf.template").read_text()
    assert {f"{MAX_BODY_BYTES // 1024}k"} == set(re.findall(r"client_(?:max_body|body_buffer)_size (\w+);", template))
    assert MAX_BODY_BYTES > 2 * OPENAI_CHARACTERS * 12


@pytest.mark.parametrize(
    ("bind", "listen"),
    [("0.0.0.0", "0.0.0.0:8443"), ("::", "[::]:8443 ipv6only=off"), ("127.0.0.2", "127.0.0.2:8443")],  # noqa: S104
)
def test_the_edge_listens_where_it_is_told(tmp_path: Path, bind: str, listen: str) -> None:
    """HAOSHUO_EDGE_BIND may be an address of either kind."""
    settings = _settings({"edge_bind": bind})
    assert listen == edge_values(settings, tmp_path, tmp_path, [1])["HAOSHUO_EDGE_LISTEN"]


@pytest.mark.parametrize("networks", ["10.0.0.0/33", "10.0.0.1/8", "proxy.example", "10.0.0.0/8;10.1.0.0/16"])
def test_trusted_proxies_are_networks(networks: str) -> None:
    """What is no network is refused before nginx sees it."""
    with pytest.raises(ValueError, match="edge_trusted_proxies"):
        _settings({"edge_trusted_proxies": networks})
