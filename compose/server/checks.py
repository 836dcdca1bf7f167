"""What can be wrong with a server, each with its remedy. `make doctor` shows all of it, and `make up` stops at it."""

from __future__ import annotations

import re
import shutil
import socket
import ssl
import urllib.error
import urllib.request
from collections.abc import Iterator
from pathlib import Path
from urllib.parse import urlsplit, urlunsplit

from compose import npm
from compose.server.findings import Finding, Level, bad, good, note
from compose.server.project import Project
from compose.server.shell import Shell

COMPOSE = (2, 24)
DRIVERS = {"11": 450, "12": 525, "13": 580}
"""The oldest NVIDIA driver for each major version of CUDA."""

CUDA = "13"
"""Of torch in requirements/gpu.txt."""

DISK_GB, GPU_DISK_GB = 10, 30
MEMORY_GB = {"kokoro": 3, "baker": 2}
"""For the whole stack with one instance of an engine's models, after the longest segment."""

REACH_S = 15.0
INDEX = "https://pypi.org/simple/"
WECHAT = "https://api.weixin.qq.com"


def engine(shell: Shell) -> Iterator[Finding]:
    """Docker, Compose and buildx: without them nothing else can be asked."""
    done = shell("docker", "version", "--format", "{{.Server.Version}}")
    if done.ok:
        yield good(f"Docker {done.out}")
    elif "permission denied" in done.err:
        yield bad(
            "当前用户不能使用 Docker this user may not use Docker: sudo usermod -aG docker $USER, 重新登录 log in again"
        )
    else:
        yield bad("Docker 引擎没有应答 no Docker engine answers: systemctl start docker")
    done = shell("docker", "compose", "version", "--short")
    if not done.ok:
        yield bad("缺少 Compose missing: apt-get install docker-compose-plugin")
    elif _version(done.out) < COMPOSE:
        wanted = ".".join(map(str, COMPOSE))
        yield bad(f"Compose {done.out} 太旧 is too old: 需要 needs {wanted}, apt-get install docker-compose-plugin")
    else:
        yield good(f"Compose {done.out}")


def gpu(project: Project, shell: Shell) -> Iterator[Finding]:
    """Whether what the project asks for is what the machine has."""
    cards = nvidia(shell)
    if not project.uses_gpu:
        if cards:
            yield note(f"有 GPU 但未使用 a GPU that is not used: {cards[0][0]}; 使用 to use it: make up GPU=1")
        return
    if not cards:
        yield bad(
            "配置使用 GPU，但 nvidia-smi 找不到 the project uses a GPU and "
            "nvidia-smi finds none: make up GPU=0, 或修复驱动 or mend the driver"
        )
        return
    name, driver = cards[0]
    chosen = re.search(r"/cu(\d\d)\d", project.torch_index)
    needed = DRIVERS.get(chosen[1] if chosen else CUDA, 0)
    if driver < needed:
        yield bad(
            f"NVIDIA 驱动 {driver} 太旧 driver is too old: 需要 needs {needed}; "
            f"apt-get install nvidia-driver-{needed}-server, 或换一种 torch or another torch: "
            "HAOSHUO_TORCH_INDEX=https://download.pytorch.org/whl/cu126"
        )
    elif not has_toolkit(shell):
        yield bad(
            "缺少 missing: apt-get install nvidia-container-toolkit && "
            "nvidia-ctk runtime configure && systemctl restart docker"
        )
    else:
        yield good(f"{name}, 驱动 driver {driver}")


def nvidia(shell: Shell) -> list[tuple[str, int]]:
    """The name and the driver's major version of each NVIDIA card."""
    done = shell("nvidia-smi", "--query-gpu=name,driver_version", "--format=csv,noheader")
    if not done.ok:
        return []
    rows = (line.rpartition(",") for line in done.out.splitlines())
    return [(name.strip(), _version(driver)[0]) for name, _, driver in rows]


def has_toolkit(shell: Shell) -> bool:
    return "nvidia" in shell("docker", "info", "--format", "{{json .Runtimes}}").out


def model(project: Project) -> Iterator[Finding]:
    """What Triton will need with a GPU."""
    if not project.uses_gpu:
        return
    folder, voice = project.checkpoint, project.knob("api", "HAOSHUO_VOICE", "")
    if not _has_content(folder / "gpt.pth"):
        yield bad(f"没有模型 no model in {folder}: make fetch-model MODEL={folder}")
    elif not voice or not any(map(_has_content, (folder / "voices").glob(f"{voice}.*"))):
        yield bad(
            f"没有音色 no voice {folder}/voices/{voice or 'NAME'}.wav: "
            "放入一段录音 put a recording there, 并设置 and set HAOSHUO_VOICE"
        )
    else:
        yield good(f"IndexTTS2: {folder}, 音色 voice {voice}")


def port(project: Project, shell: Shell) -> Iterator[Finding]:
    """The one that the edge is published at."""
    address, number = project.published
    ours = shell("docker", "compose", "ps", "--format", "{{.Ports}}", "edge").out
    if f":{number}->" in ours:
        yield good(f"端口 port {number}: 好说正在使用 in use by Haoshuo")
        return
    try:
        socket.create_connection(("127.0.0.1" if address == "0.0.0.0" else address, number), timeout=2).close()  # noqa: S104
    except OSError:
        yield good(f"端口 port {number}")
    else:
        yield bad(
            f"端口 {number} 已被占用 port in use: "
            "停止占用它的程序 stop what uses it, 或设置 or set HAOSHUO_EDGE_PUBLISH"
        )


def disk(project: Project, shell: Shell) -> Iterator[Finding]:
    """Where Docker keeps its images."""
    folder = Path(shell("docker", "info", "--format", "{{.DockerRootDir}}").out or "/")
    try:
        free = shutil.disk_usage(folder).free // 10**9
    except OSError:  # an engine elsewhere, or in another mount namespace
        yield note(f"无法查看磁盘 the disk cannot be seen: {folder}")
        return
    least = GPU_DISK_GB if project.uses_gpu else DISK_GB
    if free < least:
        yield bad(f"磁盘仅剩 {free} GB free on the disk of {folder}: 需要 needs {least} GB; docker system prune")
    else:
        yield good(f"磁盘 disk: {free} GB")


def memory(project: Project, shell: Shell) -> Iterator[Finding]:
    """Of the machine that Docker runs on."""
    name, found = project.knob("triton", "HAOSHUO_ENGINE"), shell("docker", "info", "--format", "{{.MemTotal}}").out
    if name not in MEMORY_GB or not found.isdigit():
        return
    total, least = int(found) / 10**9, MEMORY_GB[name]
    if total < least:
        light = "" if name == "baker" else "; 或用轻量的 or the light engine: HAOSHUO_ENGINE=baker"
        yield bad(f"内存只有 {total:.1f} GB of memory: {name} 需要 needs {least} GB{light}")
    else:
        yield good(f"内存 memory: {total:.1f} GB")


def build(project: Project, shell: Shell) -> Iterator[Finding]:
    """What building the images takes: buildx, base images, an index of Python packages, and npm's."""
    if not shell("docker", "buildx", "version").ok:
        yield bad("缺少 buildx missing: apt-get install docker-buildx-plugin")
    for image in project.bases:
        if shell("docker", "image", "inspect", image).ok:
            yield good(f"基础镜像 base image {image}")
        elif shell("docker", "buildx", "imagetools", "inspect", image, timeout_s=REACH_S).ok:
            yield good(f"镜像仓库 registry: {image}")
        else:
            yield bad(
                f"无法获取基础镜像 cannot get {image}: 设置镜像源 set a mirror by HAOSHUO_BASE_IMAGE, 或 or make bases"
            )
    arguments = project.services["api"]["build"]["args"]
    index = arguments.get("PIP_INDEX_URL") or INDEX
    yield _reach(f"{index.rstrip('/')}/pip/", "PIP_INDEX_URL", project.extra_ca)
    registry = arguments.get("NPM_CONFIG_REGISTRY") or npm.REGISTRY
    yield _reach(f"{registry.rstrip('/')}/kokoro-js", "NPM_CONFIG_REGISTRY", project.extra_ca)


def _reach(url: str, knob: str, extra_ca: Path) -> Finding:
    """Whether an index of packages answers for one of them. A password in its address is neither sent nor shown."""
    parts = urlsplit(url)
    host = parts.hostname
    url = urlunsplit(parts._replace(netloc=parts.netloc.rpartition("@")[2]))
    try:
        context = ssl.create_default_context(cafile=str(extra_ca) if _has_content(extra_ca) else None)
        request = urllib.request.Request(url, method="HEAD")  # noqa: S310 - the owner's own
        with urllib.request.urlopen(request, timeout=REACH_S, context=context):  # noqa: S310
            pass
    except urllib.error.HTTPError as error:
        if error.code >= 500:  # noqa: PLR2004
            return bad(f"软件源出错 the package index answers {error.code}: {host}")
    except ssl.SSLError as error:
        return bad(f"证书不受信任 the certificate of {host} is not trusted ({error.reason}): 设置 set EXTRA_CA_FILE")
    except (OSError, ValueError) as error:
        reason = getattr(error, "reason", error)
        if isinstance(reason, ssl.SSLError):
            return bad(
                f"证书不受信任 the certificate of {host} is not trusted ({reason.reason}): 设置 set EXTRA_CA_FILE"
            )
        return bad(
            f"软件源没有应答 the package index {host} does not answer ({reason}): 设置镜像源 set a mirror by {knob}"
        )
    return good(f"软件源 package index: {host}")


def wechat(project: Project) -> Iterator[Finding]:
    """What a login needs, in production."""
    if not project.production:
        yield note("HAOSHUO_ENV=dev: 任何人都能以 dev:<名字> 登录 anybody logs in as dev:<name>")
        return
    host = urlsplit(project.knob("api", "HAOSHUO_WECHAT_URL", WECHAT)).hostname or ""
    try:
        socket.getaddrinfo(host, None)
        yield good(f"DNS {host}")
    except OSError:
        yield note(f"无法解析 {host} does not resolve, 登录会失败 logins will fail: 检查 check /etc/resolv.conf")
    if project.knob("api", "HAOSHUO_WECHAT_APPID"):
        yield good("HAOSHUO_WECHAT_APPID")
    else:
        yield bad("缺少 HAOSHUO_WECHAT_APPID is missing: 写入 .env put it into .env")


def labels(project: Project) -> Iterator[Finding]:
    """In production: by whom files say that they are made."""
    if not project.production:
        return
    if producer := project.knob("api", "HAOSHUO_AIGC_PRODUCER"):
        yield good(f"HAOSHUO_AIGC_PRODUCER={producer}")
    else:
        yield note(
            "未设置 HAOSHUO_AIGC_PRODUCER is not set: 元数据标识须有服务提供者的名称或编码 "
            "the label in files must have your name or code; 写入 .env put it into .env"
        )


def secrets(project: Project, shell: Shell) -> Iterator[Finding]:
    """Keys and certificates. They belong to the containers' user, so a container looks at them."""
    if not project.secrets.exists():
        if project.production:
            yield bad(
                "没有密钥 no secrets: make secrets, 再填入 AppSecret then the "
                "AppSecret: make secret NAME=haoshuo_wechat_secret"
            )
        else:
            yield note("没有密钥，启动时自动创建 no secrets yet: made at the start")
        return
    done = shell("docker", "compose", "run", "--rm", "--no-deps", "--user", "10001", "tools", "check", timeout_s=300)
    if not done.ok:
        yield bad(
            f"无法检查密钥 the secrets cannot be checked: {done.err.splitlines()[-1] if done.err else done.status}"
        )
        return
    for line in done.out.splitlines():
        mark, _, text = line.partition(" ")
        yield Finding(Level(mark), text)


def socket_group(project: Project) -> Iterator[Finding]:
    """The group that may use the Docker socket, which the sidecar's proxy must be in."""
    try:
        group = project.docker_socket.stat().st_gid
    except OSError as error:
        yield bad(f"没有 Docker 套接字 no Docker socket: {error}; 设置 set HAOSHUO_DOCKER_SOCKET")
        return
    given = str(project.services["socket-proxy"]["group_add"][0])
    if given != str(group):
        yield bad(f"HAOSHUO_DOCKER_GID={given}, 应为 should be {group}: make up 会写入 .env writes it")


def _has_content(path: Path) -> bool:
    try:
        return path.is_file() and path.stat().st_size > 0
    except OSError:
        return False


def _version(text: str) -> tuple[int, ...]:
    return tuple(int(part) for part in re.findall(r"\d+", text)[:2]) or (0,)
