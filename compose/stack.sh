#!/usr/bin/env bash
# What `make up`, `make down`, `make ps` and `make logs-docker` call: docker compose with this machine's facts filled in.
# usage: compose/stack.sh up|reload|COMPOSE-COMMAND…    GPU=auto|0|1 BUILD=1|0
set -euo pipefail
cd "$(dirname "$0")/.."

stand_in=haoshuo/base:bookworm
socket=${HAOSHUO_DOCKER_SOCKET:-/var/run/docker.sock}

fail() {
    printf '✗ %s\n' "$1" >&2
    exit 1
}

# shellcheck source=compose/knob.sh
. compose/knob.sh

has_gpu() { nvidia-smi -L >/dev/null 2>&1 && docker info --format '{{json .Runtimes}}' | grep -q nvidia; }

files=(-f docker-compose.yml)
case ${GPU:-auto} in
    1) files+=(-f docker-compose.gpu.yml) ;;
    auto) if has_gpu; then files+=(-f docker-compose.gpu.yml); fi ;;
    0) ;;
    *) fail "GPU 应为 0、1 或 auto (GPU is 0, 1 or auto): $GPU" ;;
esac

docker info >/dev/null 2>&1 || fail "Docker 引擎没有应答 (no Docker engine answers). 运行 run: make doctor"
docker compose version >/dev/null 2>&1 || fail "需要 docker compose v2 (needs Compose v2). 运行 run: make doctor"

HAOSHUO_DOCKER_GID=$(stat -c %g "$socket")
export HAOSHUO_DOCKER_GID
if [ -z "$(knob HAOSHUO_BASE_IMAGE)" ] && docker image inspect $stand_in >/dev/null 2>&1; then
    export HAOSHUO_BASE_IMAGE=$stand_in
fi
compose() { docker compose "${files[@]}" "$@"; }

up() {
    local secrets tls publish port ready=1
    secrets=$(knob HAOSHUO_SECRETS)
    [ -f "${secrets:-./secrets}/haoshuo_jwt_keys" ] || compose/secrets.sh
    if [ "${BUILD:-1}" != 0 ]; then
        echo "构建 building: ${files[*]#-f}${HAOSHUO_BASE_IMAGE:+ (base: $HAOSHUO_BASE_IMAGE)}"
        compose build --quiet
    fi
    echo "启动 starting, until the stack really speaks"
    compose stop healthcheck # it would restart what is being replaced
    compose up --detach --wait --wait-timeout 600 "$@" || ready=0
    compose ps --all --quiet healthcheck | xargs --no-run-if-empty docker start >/dev/null
    if [ "$ready" = 0 ]; then
        compose ps --all
        fail "没有就绪 (not ready). 日志 logs: make logs-docker; 检查 check: make doctor"
    fi
    publish=$(knob HAOSHUO_EDGE_PUBLISH)
    port=${publish:-443}
    echo "就绪 ready: https://localhost:${port##*:}/healthz"
    tls=$(knob HAOSHUO_TLS_DIR)
    if [ -f "${tls:-${secrets:-./secrets}/tls}/ca.key" ]; then
        printf '\n⚠ 正在使用自签名证书，小程序不会接受；正式证书见 docs/deployment.md\n'
        printf '⚠ The certificate is self-signed: no mini-program will accept it. See docs/deployment.md\n'
    fi
}

case ${1:-} in
    up) shift && up "$@" ;;
    reload) compose exec edge haoshuo-nginx reload ;;
    *) compose "$@" ;;
esac
