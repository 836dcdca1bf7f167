"""`python -m speech.indextts2`: download the model, check a checkpoint folder, or speak without any server.

Downloading takes nothing but the standard library; what the others need is imported by them.
"""

import argparse
import sys
from pathlib import Path

from speech.indextts2.fetch import LICENSE, fetch
from speech.indextts2.hubs import BASES, FetchError


def say(line: str) -> None:
    print(line, flush=True)  # noqa: T201 - this is a command line


def main() -> int:
    arguments = _parser().parse_args()
    try:
        ok: bool = arguments.run(arguments)
    except (FetchError, OSError) as error:
        say(f"✗ {error}")
    except KeyboardInterrupt:
        say("\n已中断，重新运行会接着下载 (stopped; run again to go on)")
    else:
        return 0 if ok else 1
    return 1


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="python -m speech.indextts2", description=__doc__)
    commands = parser.add_subparsers(required=True)

    command = commands.add_parser("check", help="say what is missing or wrong in a checkpoint folder")
    command.add_argument("folder", type=Path)
    command.set_defaults(run=_check)

    command = commands.add_parser("fetch", help="download the model into a folder, or what is still missing of it")
    command.add_argument("folder", type=Path)
    command.add_argument("--source", choices=BASES, default="huggingface")
    command.add_argument("--mirror", type=_base, help="a copy of that hub, such as https://hf-mirror.com")
    command.add_argument("--accept-license", action="store_true", help="say yes to the licence beforehand")
    command.set_defaults(run=_fetch)

    command = commands.add_parser("say", help="speak one segment into a WAV file, without any server")
    command.add_argument("folder", type=Path)
    command.add_argument("voice", help="a recording, or a voice of the folder's voices/")
    command.add_argument("text")
    command.add_argument("file", type=Path)
    command.add_argument("--emotion", default="")
    command.add_argument("--speed", type=float, default=1.0)
    command.add_argument("--seed", type=int, default=0)
    command.set_defaults(run=_say)
    return parser


def _base(url: str) -> str:
    if not url.startswith(("https://", "http://")):
        raise argparse.ArgumentTypeError("应以 https:// 开头 (should start with https://)")
    return url


def _check(arguments: argparse.Namespace) -> bool:
    from speech.indextts2 import commands  # noqa: PLC0415 - a machine that only downloads has no torch

    return commands.check(arguments.folder, say)


def _fetch(arguments: argparse.Namespace) -> bool:
    say(LICENSE)
    if not (arguments.accept_license or _accepted()):
        return False
    fetch(arguments.folder, arguments.source, arguments.mirror or BASES[arguments.source])
    say(f"✓ 已下载 fetched: {arguments.folder}")
    return True


def _say(arguments: argparse.Namespace) -> bool:
    from speech.indextts2 import commands  # noqa: PLC0415 - as above

    wanted = {name: value for name, value in vars(arguments).items() if name != "run"}
    try:
        return commands.say(**wanted, tell=say)
    except commands.ERRORS as error:
        say(f"✗ {error}")
        return False


def _accepted() -> bool:
    if not sys.stdin.isatty():
        say("✗ 请先阅读协议，同意后加上 --accept-license (read the licence, then add --accept-license)")
        return False
    if input("同意请输入 yes (type yes to accept): ").strip().lower() == "yes":
        return True
    say("✗ 未同意协议，没有下载 (licence not accepted, nothing was downloaded)")
    return False


if __name__ == "__main__":
    sys.exit(main())
