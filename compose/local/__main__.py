"""`python -m compose.local up|down|status|logs|demo|keys`: what the Makefile's targets call."""

import argparse
import os
import subprocess
import sys
import xmlrpc.client
from collections.abc import Callable, Sequence
from pathlib import Path

from pydantic import ValidationError

from compose.local import demo
from compose.local.errors import StackError
from compose.local.settings import ROOT, LocalSettings
from compose.local.stack import Stack

CURL = """
现在可以调用了 try it:

  TOKEN=$(curl -s --cacert {ca} {url}/login -H 'Content-Type: application/json' \\
      -d '{{"code": "{code}"}}' | sed 's/.*"token": *"\\([^"]*\\)".*/\\1/')
  curl --cacert {ca} {url}/tts -H "Authorization: Bearer $TOKEN" \\
      -H 'Content-Type: application/json' -d '{{"text": "你好，世界！", "emotion": "happy"}}' -o hello.wav
"""


def say(line: str) -> None:
    print(line, flush=True)  # noqa: T201 - this is a command line


def step(line: str) -> None:
    say(f"  · {line}")


def start(stack: Stack) -> None:
    """Bring the stack up unless it is, say in which mode, and wait until it really speaks."""
    if stack.running():
        say("已在运行 already running")
    else:
        say("启动 starting: redis, triton, api, nginx, healthcheck")
        stack.start()
    if stack.settings.env == "dev":
        say("开发模式 development mode: `dev:<名字>` 免微信登录，请勿对外开放 (do not expose this)")
    stack.wait_ready(step)


def up(stack: Stack) -> None:
    start(stack)
    code = "dev:me" if stack.settings.env == "dev" else "<wx.login>"
    say(CURL.format(ca=stack.ca, url=stack.settings.url, code=code))


def down(stack: Stack) -> None:
    if not stack.running():
        say("没有在运行 not running")
        return
    stack.stop()
    say("已停止 stopped")


def status(stack: Stack) -> None:
    if not stack.running():
        raise StackError("没有在运行 not running; start it with: make run")
    for process in stack.processes():
        say(f"{process['name']:<12} {process['statename']:<9} {process['description']}")


def logs(stack: Stack) -> None:
    """Follow every service's log until interrupted."""
    files = sorted(stack.log_dir.glob("*.log")) + sorted(stack.log_dir.glob("*.jsonl"))
    if not files:
        raise StackError(f"还没有日志 no logs yet: {stack.log_dir}")
    subprocess.run(["tail", "-n", "20", "-F", *map(str, files)], check=False)  # noqa: S607 - coreutils


def run_demo(stack: Stack) -> None:
    """Start what is not running, do the main job once, and leave the machine as it was."""
    if stack.settings.env != "dev":
        raise StackError("演示需要开发模式 (the demo needs development mode): HAOSHUO_ENV=dev make demo")
    was_running = stack.running()
    try:
        start(stack)
        say("演示 demo: 像小程序一样登录并朗读 log in and speak as a mini-program would")
        demo.run(stack.settings.url, stack.ca, Path.cwd() / "demo.wav", step)
    finally:
        if not was_running and stack.running():
            down(stack)


def keys(stack: Stack, arguments: Sequence[str]) -> int:
    """`python -m api.keys` for this stack."""
    return subprocess.run(
        [sys.executable, "-m", "api.keys", *arguments],
        env=os.environ
        | {
            "HAOSHUO_ENV": stack.settings.env,
            "HAOSHUO_REDIS_URL": f"redis://127.0.0.1:{stack.settings.redis_port}/0",
            "HAOSHUO_SECRETS_DIR": str(stack.secrets_dir),
        },
        cwd=ROOT,
        check=False,
    ).returncode


COMMANDS: dict[str, Callable[[Stack], None]] = {
    "up": up,
    "down": down,
    "status": status,
    "logs": logs,
    "demo": run_demo,
}


def main() -> int:
    parser = argparse.ArgumentParser(prog="python -m compose.local", description=__doc__)
    parser.add_argument("command", choices=[*COMMANDS, "keys"])
    parser.add_argument("arguments", nargs=argparse.REMAINDER, help="of `keys`: what `python -m api.keys` takes")
    options = parser.parse_args()
    if options.arguments and options.command != "keys":
        parser.error(f"{options.command} takes nothing else")
    try:
        stack = Stack(LocalSettings())
        if options.command == "keys":
            return keys(stack, options.arguments)
        COMMANDS[options.command](stack)
    except ValidationError as error:
        problems = "; ".join(f"HAOSHUO_{str(e['loc'][0]).upper()}: {e['msg']}" for e in error.errors())
        say(f"✗ 配置有误 (bad setting) {problems}. 见 see {ROOT / '.env.example'}")
    except (StackError, OSError, xmlrpc.client.Fault, subprocess.CalledProcessError) as error:
        say(f"✗ {error}")
    except KeyboardInterrupt:
        say("")
    else:
        return 0
    return 1


if __name__ == "__main__":
    sys.exit(main())
