"""`python -m compose.tools`: the files of secrets and certificates, from inside a container that may read them."""

import argparse
import datetime as dt
import os
import sys
from collections.abc import Iterable, Iterator, Sequence
from pathlib import Path

from compose import credentials
from compose.credentials import GIVEN, KEYS
from compose.server.findings import Finding, bad, good, note

UID = 10001
"""Who reads the files: the user of the services' containers."""

APP_SECRET = "haoshuo_wechat_secret"  # noqa: S105 - its name
RENEW_BEFORE = dt.timedelta(days=21)


def main(arguments: Sequence[str] | None = None) -> None:
    parser = argparse.ArgumentParser(prog="python -m compose.tools", description=__doc__)
    parser.add_argument("--folder", type=Path, default=Path("/secrets"))
    parser.add_argument("--tls", type=Path, default=Path("/tls"), help="the folder of the edge's certificate")
    parser.add_argument("--uid", type=int, default=UID)
    commands = parser.add_subparsers(dest="command", required=True)
    commands.add_parser("create", help="what is missing; what is there is kept")
    commands.add_parser("check", help="what is wrong, one line each")
    commands.add_parser("set", help="a secret, from standard input").add_argument("name", choices=GIVEN)
    options = parser.parse_args(arguments)
    if options.command == "create":
        names = os.environ.get("HAOSHUO_TRITON_NAMES", "").split(",")
        lines: Iterable[object] = create(options.folder, options.uid, filter(None, map(str.strip, names)))
    elif options.command == "set":
        lines = put(options.folder / options.name, sys.stdin.readline().strip(), options.uid)
    else:
        lines = check(options.folder, options.tls, production=os.environ.get("HAOSHUO_ENV", "prod") == "prod")
    for line in lines:
        print(line)  # noqa: T201


def create(folder: Path, uid: int, triton_names: Iterable[str]) -> Iterator[str]:
    """Everything that the compose stack mounts, each file with what became of it."""
    kept = set(folder.rglob("*"))
    for path in credentials.create_all(folder, triton_names):
        os.chown(path, uid, uid)
        if path.is_dir():
            path.chmod(0o700)  # also one that Docker has made, to mount it
        else:
            yield f"  · {path}: {'保留 kept' if path in kept else '已创建 created'}"
    if not (folder / APP_SECRET).stat().st_size:
        yield f"  ⚠ 请填入小程序的 AppSecret put in the AppSecret: make secret NAME={APP_SECRET}"
    if (folder / "tls/ca.key").exists():
        yield "  ⚠ 自签名证书仅供测试，小程序不会接受 tls/ is self-signed: for tests only, no mini-program accepts it"


def put(path: Path, secret: str, uid: int) -> Iterator[str]:
    """Write a secret in place: a container that has mounted the file sees it at its next start."""
    if not secret:
        yield f"✗ {path.name}: 没有输入 nothing was given"
        sys.exit(1)
    path.touch(mode=0o600)
    path.write_text(secret)
    path.chmod(0o600)
    os.chown(path, uid, uid)
    yield f"✓ {path.name}"


def check(folder: Path, tls: Path, *, production: bool) -> Iterator[Finding]:
    """As the services' user sees them."""
    for name in (*KEYS, APP_SECRET) if production else KEYS:
        yield _check_secret(folder / name)
    yield _check_certificate(tls / "server.pem", "make secrets, 或 or HAOSHUO_TLS_DIR", "make reload")
    if (tls / "ca.key").exists():
        yield note("证书是自签名的，小程序不会接受 self-signed: no mini-program accepts it (docs/deployment.md)")
    for who in ("server", "client"):
        yield _check_certificate(folder / f"triton-tls/{who}.pem", "make secrets", "make secrets")


def _check_secret(path: Path) -> Finding:
    remedy = f"make secret NAME={path.name}" if path.name in GIVEN else "make secrets"
    try:
        mode, content = path.stat().st_mode, path.read_text().strip()
    except FileNotFoundError:
        return bad(f"缺少密钥 missing: {path.name} (make secrets)")
    except PermissionError:
        return bad(f"服务无法读取 the services (uid {UID}) cannot read {path.name}: chown {UID}")
    if not content:
        return bad(f"密钥为空 empty: {path.name} ({remedy})")
    if mode & 0o007:
        return bad(f"任何用户都能读取 readable by everyone: chmod 600 {path.name}")
    return good(path.name)


def _check_certificate(path: Path, missing: str, renewed: str) -> Finding:
    name = f"{path.parent.name}/{path.name}"
    try:
        ends = credentials.expires(path)
    except FileNotFoundError:
        return bad(f"缺少证书 no certificate {name}: {missing}")
    except PermissionError:
        return bad(f"服务无法读取 the services (uid {UID}) cannot read {name}: chown {UID}")
    except ValueError:
        return bad(f"不是证书 no certificate (PEM): {name}")
    left = ends - dt.datetime.now(dt.UTC)
    if left < dt.timedelta(0):
        return bad(f"证书已过期 the certificate has expired: {name}")
    if left < RENEW_BEFORE:
        return note(f"证书 {left.days} 天后过期 expires in {left.days} days: {name}, 请更换 renew it, {renewed}")
    return good(f"证书 certificate {name}: {ends:%Y-%m-%d}")


if __name__ == "__main__":
    main()
