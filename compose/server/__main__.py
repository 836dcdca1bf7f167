"""`make up`, `doctor`, `secrets` and `secret`: Docker Compose, and what must be known of the machine before."""

from __future__ import annotations

import argparse
import getpass
import json
import os
import subprocess
import sys
from collections.abc import Iterator, Sequence
from typing import TextIO

from compose.server import checks
from compose.server.findings import Finding, Level
from compose.server.project import GPU_FILES, PLAIN_FILES, Project, ProjectError
from compose.server.shell import Shell, run, show

COMPOSE = ("docker", "compose")
WAIT_S = 900
LOG_LINES = 15


class StopError(Exception):
    """What was asked for cannot be done; the message says why."""


def main(arguments: Sequence[str] | None = None) -> int:
    """The exit status."""
    parser = argparse.ArgumentParser(prog="python3 -m compose.server", description=__doc__)
    commands = parser.add_subparsers(dest="command", required=True)
    starting = commands.add_parser("up", help="check, build, start, return when the stack speaks")
    starting.add_argument("--gpu", choices=["", "0", "1"], default="", help="use the GPU from now on, or do not")
    starting.add_argument("--no-deps", action="store_true", help="start nothing that the services depend on")
    starting.add_argument("services", nargs="*", help="only these, and what they depend on")
    commands.add_parser("doctor", help="what is wrong with this machine")
    creating = commands.add_parser("secrets", help="create keys and certificates, once")
    for one in (starting, creating):
        one.add_argument("--no-build", action="store_true", help="use what is built")
    setting = commands.add_parser("secret", help="put a secret that only you know into its file")
    setting.add_argument("name", choices=["haoshuo_wechat_secret", "haoshuo_healthcheck_webhook"])
    keeping = commands.add_parser("remember", help="write a knob into .env")
    keeping.add_argument("name")
    keeping.add_argument("value")
    options = parser.parse_args(arguments)
    project = Project()
    try:
        if options.command == "up":
            only = [*(["--no-deps"] if options.no_deps else []), *options.services]
            return up(project, run, options.gpu, build=not options.no_build, only=only)
        if options.command == "doctor":
            return doctor(project, run)
        if options.command == "secrets":
            return create_secrets(project, build=not options.no_build)
        if options.command == "secret":
            return set_secret(options.name)
        project.remember(options.name, options.value)
    except (ProjectError, StopError) as error:
        say(f"✗ {error}", sys.stderr)
        if "HAOSHUO_CHECKPOINT_DIR" in str(error):
            say(
                "  模型 model: make fetch-model, 写入 .env and into .env; 或不用 GPU or without: make up GPU=0",
                sys.stderr,
            )
        return 1
    return 0


def doctor(project: Project, shell: Shell) -> int:
    """Every finding; 1 if something is wrong."""
    return int(_report(checks.engine(shell), Level.GOOD) or _report(_findings(project, shell, build=True), Level.GOOD))


def up(project: Project, shell: Shell, gpu: str, *, build: bool, only: Sequence[str] = ()) -> int:
    if _report(checks.engine(shell), Level.BAD):
        return 1
    decide(project, shell, gpu)
    if not project.secrets.exists() and not project.production:
        create_secrets(project, build=build)
    if _report(_findings(project, shell, build=build), Level.NOTE):
        return 1
    if build:
        say(f"构建 building: {', '.join(project.images)}")
        if show(*COMPOSE, "build", "--quiet"):
            raise StopError("构建失败 the build failed")
    say("启动 starting, until the stack really speaks")
    show(*COMPOSE, "stop", "healthcheck")  # it would restart what is being replaced
    started = show(*COMPOSE, "up", "--detach", "--no-build", "--wait", "--wait-timeout", str(WAIT_S), *only)
    # Whatever became of the others: it heals what it can.
    if sidecar := shell(*COMPOSE, "ps", "--all", "--quiet", "healthcheck").out:
        shell("docker", "start", *sidecar.split())
    if started:
        for line in explain(shell):
            say(line, sys.stderr)
        raise StopError("没有就绪 (not ready). 日志 logs: make logs-docker; 检查 check: make doctor")
    say(f"就绪 ready: https://localhost:{project.published[1]}/healthz")
    return 0


def decide(project: Project, shell: Shell, gpu: str) -> None:
    """Settle in `.env` what depends on the machine, so that every later command of Docker Compose's means the same."""
    if gpu or not project.remembers("COMPOSE_FILE"):
        wanted = gpu == "1" if gpu else bool(checks.nvidia(shell)) and checks.has_toolkit(shell)
        if gpu or wanted:
            project.remember("COMPOSE_FILE", GPU_FILES if wanted else PLAIN_FILES)
            used = "使用 used" if wanted else "不使用 not used"
            say(f"GPU: {used}, 已写入 remembered in .env (make up GPU={int(not wanted)})")
    group = str(project.docker_socket.stat().st_gid) if project.docker_socket.exists() else ""
    if group and group != project.services["socket-proxy"]["group_add"][0]:
        project.remember("HAOSHUO_DOCKER_GID", group)


def create_secrets(project: Project, *, build: bool) -> int:
    project.secrets.mkdir(parents=True, exist_ok=True)
    if build and show(*COMPOSE, "build", "--quiet", "tools"):
        raise StopError("构建失败 the build failed: make doctor")
    return show(*COMPOSE, "run", "--rm", "tools", "create")


def set_secret(name: str) -> int:
    """From standard input, where it is shown to nobody."""
    value = getpass.getpass(f"{name}: ") if sys.stdin.isatty() else sys.stdin.readline().strip()
    command = [*COMPOSE, "run", "--rm", "--no-TTY", "tools", "set", name]
    return subprocess.run(command, input=value, text=True, check=False).returncode


def explain(shell: Shell) -> Iterator[str]:
    """The last lines of each service that is not well."""
    for line in shell(*COMPOSE, "ps", "--all", "--format", "json").out.splitlines():
        container = json.loads(line)
        if (container["State"], container["Health"]) in {("running", "healthy"), ("running", "")}:
            continue
        yield f"── {container['Name']}: {container['Status']}"
        logs = shell("docker", "logs", "--tail", str(LOG_LINES), container["Name"])
        yield from (logs.out + logs.err).splitlines()[-LOG_LINES:]


def say(line: str, to: TextIO | None = None) -> None:
    print(line, file=to, flush=True)


def _findings(project: Project, shell: Shell, *, build: bool) -> Iterator[Finding]:
    """To be asked for when the engine is well."""
    yield from checks.gpu(project, shell)
    yield from checks.model(project)
    yield from checks.port(project, shell)
    yield from checks.disk(project, shell)
    yield from checks.memory(project, shell)
    yield from checks.socket_group(project)
    yield from checks.wechat(project)
    yield from checks.labels(project)
    yield from checks.secrets(project, shell)
    if build:
        yield from checks.build(project, shell)


def _report(findings: Iterator[Finding], least: Level) -> bool:
    """Print what is at least so grave; whether something is wrong."""
    levels, wrong = list(Level), False
    for finding in findings:
        wrong |= finding.level is Level.BAD
        if levels.index(finding.level) >= levels.index(least):
            say(str(finding))
    return wrong


if __name__ == "__main__":
    os.chdir(Project().root)
    sys.exit(main())
