"""What `docker compose config` makes of our files: no container is started."""

import json
import shutil
import subprocess
from typing import Any

import pytest

from api.settings import Settings
from compose.local.settings import ROOT
from healthcheck.settings import PREFIX, HealthcheckSettings

pytestmark = pytest.mark.skipif(not shutil.which("docker"), reason="no docker command")

SECRET = {"jwt_keys", "user_hash_key", "wechat_secret"}


def _rendered(*arguments: str, **environment: str) -> dict[str, Any]:
    command = ["docker", "compose", "--env-file", "/dev/null", *arguments, "config", "--format", "json"]
    path = "/usr/local/bin:/usr/bin:/bin:/usr/sbin:/sbin"
    done = subprocess.run(
        command, cwd=ROOT, env={"PATH": path, **environment}, capture_output=True, text=True, check=True
    )
    return dict(json.loads(done.stdout)["services"])


def test_the_api_gets_every_setting_that_is_not_secret() -> None:
    """A knob in .env reaches the container; a secret never does as a variable."""
    values = {f"HAOSHUO_{name.upper()}": "1" for name in Settings.model_fields}
    given = set(_rendered(**values)["api"]["environment"])
    expected = {f"HAOSHUO_{name.upper()}" for name in set(Settings.model_fields) - SECRET}
    assert expected | {"HAOSHUO_SECRETS_DIR"} == given


def test_the_audit_trail_is_kept_in_a_volume() -> None:
    """It does not go with the container, as standard output would."""
    api = _rendered()["api"]
    (audit,) = [mount for mount in api["volumes"] if mount["source"] == "audit"]
    assert "volume" == audit["type"]
    assert api["environment"]["HAOSHUO_AUDIT_PATH"].startswith(f"{audit['target']}/")


def test_the_sidecar_gets_every_setting_that_is_not_secret() -> None:
    """A knob of the sidecar reaches its container; the webhook, whose URL holds a key, never does as a variable."""
    names = {
        str(field.validation_alias or f"{PREFIX}{name.upper()}")
        for name, field in HealthcheckSettings.model_fields.items()
    }
    given = set(_rendered(**dict.fromkeys(names, "1"))["healthcheck"]["environment"])
    only_elsewhere = {f"{PREFIX}WEBHOOK", f"{PREFIX}SUPERVISOR_SOCKET"}
    assert names - only_elsewhere | {"HAOSHUO_SECRETS_DIR"} == given


def test_a_gpu_is_an_override_of_the_same_recipe() -> None:
    """With the GPU file Triton has the same Dockerfile target, CUDA packages, one GPU and a read-only checkpoint."""
    plain = _rendered()["triton"]
    files = ("-f", "docker-compose.yml", "-f", "docker-compose.gpu.yml")
    triton = _rendered(*files, HAOSHUO_CHECKPOINT_DIR="/models", HAOSHUO_GPU="3")["triton"]
    assert (plain["build"]["dockerfile"], "triton") == (triton["build"]["dockerfile"], triton["build"]["target"])
    assert "requirements/gpu.txt" == triton["build"]["args"]["ENGINE_REQUIREMENTS"]
    assert "indextts2" == triton["environment"]["HAOSHUO_ENGINE"]
    (device,) = triton["deploy"]["resources"]["reservations"]["devices"]
    assert ("nvidia", ["3"], ["gpu"]) == (device["driver"], device["device_ids"], device["capabilities"])
    (checkpoint,) = triton["volumes"]
    assert ("/models", "/voices/indextts2", True) == tuple(
        checkpoint[name] for name in ("source", "target", "read_only")
    )
    assert int(triton["shm_size"]) > int(plain["shm_size"])
    for name in ("read_only", "cap_drop", "security_opt", "pids_limit", "logging", "restart"):
        assert plain[name] == triton[name]


def test_a_second_gpu_has_a_triton_of_its_own() -> None:
    """The profile second-gpu adds a Triton on another GPU, under the name that the api resolves."""
    files = ("-f", "docker-compose.yml", "-f", "docker-compose.gpu.yml", "--profile", "second-gpu")
    second = _rendered(*files, HAOSHUO_CHECKPOINT_DIR="/models")["triton2"]
    assert ["triton"] == second["networks"]["speech"]["aliases"]
    assert ["1"] == second["deploy"]["resources"]["reservations"]["devices"][0]["device_ids"]


def test_another_image_can_be_under_triton() -> None:
    """And under nothing else; without one it is built on what all are built on."""
    services = _rendered(HAOSHUO_TRITON_BASE_IMAGE="localhost/with-a-compiler")
    assert "localhost/with-a-compiler" == services["triton"]["build"]["args"]["TRITON_BASE"]
    assert "TRITON_BASE" not in services["api"]["build"]["args"]
    assert "base" == _rendered()["triton"]["build"]["args"]["TRITON_BASE"]


def test_every_source_of_a_build_has_a_knob() -> None:
    """Base images, Debian's packages, Python's, npm's, torch: each may come from a mirror."""
    files = ("-f", "docker-compose.yml", "-f", "docker-compose.gpu.yml")
    knobs = {
        "HAOSHUO_BASE_IMAGE": ("BASE", "mirror/debian"),
        "HAOSHUO_APT_MIRROR": ("APT_MIRROR", "http://mirror"),
        "PIP_INDEX_URL": ("PIP_INDEX_URL", "https://mirror/simple"),
        "NPM_CONFIG_REGISTRY": ("NPM_CONFIG_REGISTRY", "https://mirror/npm"),
        "HAOSHUO_TORCH_INDEX": ("TORCH_INDEX", "https://mirror/cu126"),
    }
    chosen = {name: value for name, (_, value) in knobs.items()}
    arguments = _rendered(*files, HAOSHUO_CHECKPOINT_DIR="/models", **chosen)["triton"]["build"]["args"]
    assert dict(knobs.values()).items() <= arguments.items()


@pytest.mark.parametrize("service", ["edge", "api", "triton", "redis", "healthcheck", "socket-proxy"])
def test_base_images_are_pinned(service: str) -> None:
    """No image comes by a tag that moves."""
    assert "debian:bookworm-20250520-slim" == _rendered()[service]["build"]["args"]["BASE"]


def test_the_checkpoint_must_be_named() -> None:
    """The GPU file without a checkpoint folder is an error that says what to set."""
    with pytest.raises(subprocess.CalledProcessError) as caught:
        _rendered("-f", "docker-compose.yml", "-f", "docker-compose.gpu.yml")
    assert "HAOSHUO_CHECKPOINT_DIR" in caught.value.stderr


def test_the_api_cannot_pretend_to_be_triton() -> None:
    """Of the mutual certificates it gets its own and the CA's, and not the server's key."""
    mounted = {mount["target"] for mount in _rendered()["api"]["volumes"] if "triton-tls" in mount["target"]}
    assert {f"/run/triton-tls/{name}" for name in ("ca.pem", "client.pem", "client.key")} == mounted
