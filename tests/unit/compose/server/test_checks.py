"""What is wrong with a server is named, with its remedy."""

import ast
import http.server
import shutil
import socket
import sys
import threading
from collections.abc import Iterable, Iterator
from pathlib import Path

import pytest

from compose.server import checks
from compose.server.findings import Finding, Level
from compose.server.project import ROOT
from compose.server.shell import NOT_FOUND, Done
from tests.fakes.shell import FakeShell
from tests.unit.compose.server.conftest import PACKAGES, Sound


def bad(findings: Iterable[Finding]) -> list[str]:
    return [finding.text for finding in findings if finding.level is Level.BAD]


def test_a_sound_machine(sound: Sound) -> None:
    """Nothing is wrong with it."""
    project, shell = sound()
    for findings in (
        checks.engine(shell),
        checks.gpu(project, shell),
        checks.model(project),
        checks.port(project, shell),
        checks.socket_group(project),
        checks.wechat(project),
        checks.secrets(project, shell),
    ):
        assert [] == bad(findings)


@pytest.mark.parametrize(
    ("command", "answer", "complaint"),
    [
        ("docker version", Done(1, "", "permission denied while trying to connect"), "usermod -aG docker"),
        ("docker version", Done(1, "", "Cannot connect to the Docker daemon"), "systemctl start docker"),
        ("docker version", Done(NOT_FOUND, "", "docker: not found"), "systemctl start docker"),
        ("docker compose version", Done(1, "", "unknown command"), "docker-compose-plugin"),
        ("docker compose version", Done(0, "2.17.3"), "需要 needs 2.24"),
        ("docker compose version", Done(0, "v1.29.2"), "需要 needs 2.24"),
    ],
)
def test_docker(sound: Sound, command: str, answer: Done, complaint: str) -> None:
    """An engine that does not answer, or not this user, and a Compose that is missing or old."""
    _, shell = sound()
    shell.answers[command] = answer
    (text,) = bad(checks.engine(shell))
    assert complaint in text


@pytest.mark.parametrize(
    ("command", "answer", "complaint"),
    [
        ("nvidia-smi", Done(9, "", "NVIDIA-SMI has failed"), "make up GPU=0"),
        ("nvidia-smi", Done(0, "Tesla T4, 535.183.01"), "需要 needs 580"),
        ("docker info --format {{json .Runtimes}}", Done(0, '{"runc":{}}'), "nvidia-container-toolkit"),
    ],
)
def test_a_gpu_that_cannot_be_used_is_an_error(sound: Sound, command: str, answer: Done, complaint: str) -> None:
    """Never silently the CPU: a card that is gone, a driver that is too old, no toolkit."""
    project, shell = sound(gpu=True)
    assert [] == bad(checks.gpu(project, shell))
    shell.answers[command] = answer
    (text,) = bad(checks.gpu(project, shell))
    assert complaint in text


@pytest.mark.parametrize(("driver", "index", "wanted"), [(535, "cu126", 0), (535, "cu130", 580), (470, "cu128", 525)])
def test_the_driver_is_judged_by_the_torch_that_is_used(sound: Sound, driver: int, index: str, wanted: int) -> None:
    """An older one is right for a torch of an older CUDA."""
    project, shell = sound(gpu=True)
    shell.answers["nvidia-smi"] = Done(0, f"Tesla T4, {driver}.10.01")
    project.services["triton"]["build"]["args"]["TORCH_INDEX"] = f"https://download.pytorch.org/whl/{index}"
    complaints = bad(checks.gpu(project, shell))
    assert bool(wanted) == bool(complaints)
    assert all(f"需要 needs {wanted}" in text for text in complaints)


def test_a_gpu_that_is_not_used_is_told(sound: Sound) -> None:
    """It may be on purpose."""
    project, shell = sound()
    shell.answers["nvidia-smi"] = Done(0, "NVIDIA L20, 580.65.06")
    (finding,) = checks.gpu(project, shell)
    assert (Level.NOTE, True) == (finding.level, "make up GPU=1" in finding.text)


def test_a_model_without_files_or_voice(sound: Sound, tmp_path: Path) -> None:
    """Before minutes of loading: the checkpoint is there, and so is the voice that is to speak."""
    project, _ = sound(gpu=True, HAOSHUO_VOICE="xiaoya")
    folder = tmp_path / "model"
    (folder / "voices").mkdir(parents=True)
    assert ["没有模型"] == [text[:4] for text in bad(checks.model(project))]
    (folder / "gpt.pth").write_text("weights")
    assert ["没有音色"] == [text[:4] for text in bad(checks.model(project))]
    (folder / "voices/xiaoya.wav").write_text("voice")
    assert [] == bad(checks.model(project))
    nameless, _ = sound(gpu=True)
    assert ["没有音色"] == [text[:4] for text in bad(checks.model(nameless))]


def test_a_port_in_use(sound: Sound, monkeypatch: pytest.MonkeyPatch) -> None:
    """One that another program holds is an error; one that our own edge holds is not."""
    project, shell = sound()
    with socket.create_server(("127.0.0.1", 0)) as server:
        port = server.getsockname()[1]
        monkeypatch.setattr(type(project), "published", ("127.0.0.1", port))
        (text,) = bad(checks.port(project, shell))
        assert f"端口 {port} 已被占用" in text
        shell.answers["docker compose ps"] = Done(0, f"0.0.0.0:{port}->8443/tcp")
        assert [] == bad(checks.port(project, shell))


@pytest.mark.parametrize("gpu", [False, True])
def test_a_full_disk(sound: Sound, gpu: bool, monkeypatch: pytest.MonkeyPatch) -> None:  # noqa: FBT001
    """Images with CUDA take more than others."""
    project, shell = sound(gpu=gpu)
    monkeypatch.setattr(shutil, "disk_usage", lambda _: type("Usage", (), {"free": 15 * 10**9}))
    assert gpu == bool(bad(checks.disk(project, shell)))


@pytest.mark.parametrize(
    ("engine", "total", "light"),
    [("kokoro", 2_500_000_000, True), ("baker", 1_500_000_000, False), ("baker", 2_500_000_000, None)],
)
def test_too_little_memory(sound: Sound, engine: str, total: int, light: bool | None) -> None:  # noqa: FBT001
    """For the chosen engine; whoever has chosen another than the light one is told of that."""
    project, shell = sound()
    assert [] == bad(checks.memory(project, shell))
    project.services["triton"]["environment"]["HAOSHUO_ENGINE"] = engine
    shell.answers["docker info --format {{.MemTotal}}"] = Done(0, str(total))
    texts = bad(checks.memory(project, shell))
    assert ([] if light is None else [light]) == ["HAOSHUO_ENGINE=baker" in text for text in texts]


def test_logins_in_production(sound: Sound) -> None:
    """Without an AppID nobody could log in; in development there is a warning instead."""
    project, _ = sound(HAOSHUO_WECHAT_APPID="", HAOSHUO_WECHAT_URL="https://no-such-host.invalid/")
    unresolved, missing = checks.wechat(project)
    assert (Level.NOTE, True) == (unresolved.level, "no-such-host.invalid" in unresolved.text)
    assert (Level.BAD, True) == (missing.level, "HAOSHUO_WECHAT_APPID" in missing.text)
    project, _ = sound(HAOSHUO_ENV="dev", HAOSHUO_WECHAT_APPID="")
    assert [Level.NOTE] == [finding.level for finding in checks.wechat(project)]


def test_the_name_in_labels(sound: Sound) -> None:
    """Production is told that its own is missing, and speaks all the same; development is not bothered."""
    project, _ = sound()
    (finding,) = checks.labels(project)
    assert (Level.NOTE, True) == (finding.level, "HAOSHUO_AIGC_PRODUCER" in finding.text)
    project, _ = sound(HAOSHUO_AIGC_PRODUCER="example")
    assert [Level.GOOD] == [finding.level for finding in checks.labels(project)]
    project, _ = sound(HAOSHUO_ENV="dev")
    assert [] == [*checks.labels(project)]


def test_secrets_are_looked_at_by_a_container(sound: Sound, tmp_path: Path) -> None:
    """They are not this user's to read. Where there are none yet, production cannot start."""
    project, shell = sound()
    levels = [finding.level for finding in checks.secrets(project, shell)]
    assert [Level.GOOD, Level.NOTE] == levels
    assert any("--user 10001 tools check" in line for line in shell.asked)
    shell.answers["docker compose run"] = Done(1, "", "pull access denied\nno such image")
    assert ["无法检查密钥 the secrets cannot be checked: no such image"] == bad(checks.secrets(project, shell))
    (tmp_path / "secrets").rmdir()
    (text,) = bad(checks.secrets(project, shell))
    assert "make secret NAME=haoshuo_wechat_secret" in text


def test_the_socket_s_group(sound: Sound, tmp_path: Path) -> None:
    """The sidecar's proxy must be in it; where there is no socket, the knob is named."""
    project, shell = sound()
    wrong = shell.answers["docker compose --profile"].out.replace('"group_add": ["', '"group_add": ["9')
    shell.answers["docker compose --profile"] = Done(0, wrong)
    assert "HAOSHUO_DOCKER_GID=9" in bad(checks.socket_group(project))[0]
    (tmp_path / "docker.sock").unlink()
    assert "HAOSHUO_DOCKER_SOCKET" in bad(checks.socket_group(project))[0]


@pytest.fixture
def index() -> Iterator[tuple[str, list[int]]]:
    """A package index, and the status that it answers."""
    status = [404]

    class Handler(http.server.BaseHTTPRequestHandler):
        def do_HEAD(self) -> None:
            self.send_response(status[0])
            self.end_headers()

        def log_message(self, *_: object) -> None: ...

    with http.server.HTTPServer(("127.0.0.1", 0), Handler) as server:
        threading.Thread(target=server.serve_forever, daemon=True).start()
        yield f"http://me:hidden@127.0.0.1:{server.server_port}/simple/", status
        server.shutdown()


def test_what_a_build_takes(sound: Sound, index: tuple[str, list[int]]) -> None:
    """buildx, a base image from somewhere, and two indexes of packages that answer; no password is shown."""
    url, status = index
    project, shell = sound()
    shell.answers["docker compose --profile"] = Done(
        0, shell.answers["docker compose --profile"].out.replace(PACKAGES, url)
    )
    assert [] == bad(checks.build(project, shell))
    status[0] = 503
    shell.answers["docker buildx version"] = Done(1, "")
    shell.answers["docker image inspect"] = Done(1, "")
    complaints = bad(checks.build(project, shell))
    expected = ("docker-buildx-plugin", "make bases", "503: 127.0.0.1", "503: 127.0.0.1")
    assert all(part in text for part, text in zip(expected, complaints, strict=True))
    shell.answers["docker buildx imagetools"] = Done(0, "")
    assert 3 == len(bad(checks.build(project, shell)))
    assert not [text for text in complaints if "hidden" in text]


def test_an_index_that_does_not_answer(sound: Sound) -> None:
    """The knob for a mirror is named."""
    texts = bad(checks.build(*sound()))
    assert all(knob in text for knob, text in zip(("PIP_INDEX_URL", "NPM_CONFIG_REGISTRY"), texts, strict=True))
    assert "hidden" not in "".join(texts)


@pytest.mark.parametrize(
    "path", [*sorted((ROOT / "compose/server").glob("*.py")), ROOT / "compose/npm.py"], ids=lambda path: path.name
)
def test_a_server_s_own_python_is_enough(path: Path) -> None:
    """It is of Python 3.9's grammar, and imports nothing but its standard library and itself."""
    tree = ast.parse(path.read_text("utf-8"), feature_version=(3, 9))
    imported = {
        name
        for node in ast.walk(tree)
        for name in (
            [alias.name for alias in node.names]
            if isinstance(node, ast.Import)
            else [node.module or ""]
            if isinstance(node, ast.ImportFrom)
            else []
        )
    }
    ours = {name for name in imported if name.startswith("compose.server") or name == "compose"}
    assert {name.split(".")[0] for name in imported - ours} <= set(sys.stdlib_module_names)


def test_an_unknown_machine() -> None:
    """Where there is no docker at all everything about it is said, and nothing raises."""
    assert 2 == len(bad(checks.engine(FakeShell())))
