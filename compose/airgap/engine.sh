#!/usr/bin/env bash
# Bring a Debian 12 machine, without systemd or any image registry, to where `docker compose` works: Debian's engine,
# Compose v2 and buildx, and a running dockerd. Idempotent: an engine that answers is left alone. Needs root.
# usage: compose/airgap/engine.sh [stop]
set -euo pipefail

plugins=/usr/local/lib/docker/cli-plugins
pidfile=/var/run/docker.pid
ours=/var/run/haoshuo-dockerd.pid
log=/var/log/haoshuo-dockerd.log

say() { printf '  · %s\n' "$*"; }

fail() {
    printf '✗ %s\n' "$1" >&2
    exit 1
}

answers() { docker info >/dev/null 2>&1; }

install_engine() {
    say "安装 Docker 引擎 installing Debian's docker.io"
    apt-get update -q >/dev/null
    DEBIAN_FRONTEND=noninteractive apt-get install -q -y --no-install-recommends docker.io iptables >/dev/null
}

# Debian 12 has no Compose v2; Debian 13's packages run on it. They come from the mirror this machine already uses.
install_plugins() {
    say "安装 Compose v2 和 buildx installing Compose v2 and buildx"
    local work mirror
    work=$(mktemp -d)
    # shellcheck disable=SC2016  # the dollar is apt's
    mirror=$(apt-get indextargets --format '$(REPO_URI)' 'Codename: bookworm' 'Created-By: Packages' | head -n 1)
    [ -n "$mirror" ] || fail "找不到 Debian 12 的软件源 (no Debian 12 source in apt's configuration)"
    mkdir -p "$work/lists/partial" "$work/cache/archives/partial" "$plugins"
    echo "deb [signed-by=/usr/share/keyrings/debian-archive-keyring.gpg] $mirror trixie main" >"$work/sources.list"
    local apt=(apt-get -q -o "Dir::Etc::SourceList=$work/sources.list" -o Dir::Etc::SourceParts=-
        -o "Dir::State::Lists=$work/lists" -o "Dir::Cache=$work/cache" -o APT::Sandbox::User=root)
    "${apt[@]}" update >/dev/null
    (cd "$work" && "${apt[@]}" download docker-compose docker-buildx >/dev/null)
    for package in "$work"/*.deb; do dpkg -x "$package" "$work/unpacked"; done
    find "$work/unpacked" -path '*cli-plugins/docker-*' -type f -exec install -t "$plugins" {} +
    rm -rf "$work"
}

start_engine() {
    # A second dockerd would destroy the network of the first.
    if [ -f "$pidfile" ] && kill -0 "$(cat "$pidfile")" 2>/dev/null; then
        fail "dockerd 在运行但没有应答 (dockerd runs but does not answer): pid $(cat "$pidfile")"
    fi
    rm -f "$pidfile"
    say "启动 Docker 引擎 starting dockerd"
    setsid nohup dockerd --host unix:///var/run/docker.sock >"$log" 2>&1 </dev/null &
    echo $! >"$ours"
    for _ in $(seq 100); do
        if answers; then return; fi
        sleep 0.3
    done
    tail -n 20 "$log" >&2
    fail "Docker 引擎没有启动 (dockerd did not start). 日志 log: $log"
}

if [ "${1:-}" = stop ]; then
    if [ -f "$ours" ]; then kill "$(cat "$ours")" && rm -f "$ours"; fi
    exit
fi
if ! answers; then
    [ "$(id -u)" -eq 0 ] || fail "需要 root 才能启动 Docker 引擎 (needs root to start an engine)"
    command -v dockerd >/dev/null || install_engine
    start_engine
fi
if ! docker compose version >/dev/null 2>&1 || ! docker buildx version >/dev/null 2>&1; then install_plugins; fi
