#!/usr/bin/env bash
# Create strong secrets and certificates once, in a container, so that the server needs nothing but Docker. What is there
# is never overwritten. Written for uid 10001, which every service runs as.
# usage: compose/secrets.sh [FOLDER]
set -euo pipefail
cd "$(dirname "$0")/.."
folder=$(realpath -m "${1:-${HAOSHUO_SECRETS:-./secrets}}")
base=${HAOSHUO_BASE_IMAGE:-}
if [ -z "$base" ] && docker image inspect haoshuo/base:bookworm >/dev/null 2>&1; then base=haoshuo/base:bookworm; fi
mkdir -p "$folder"
docker buildx build --quiet --load -f compose/Dockerfile --target tools -t haoshuo/tools:dev ${base:+--build-arg "BASE=$base"} \
    --secret "id=extra_ca,src=${EXTRA_CA_FILE:-/dev/null}" . >/dev/null
docker run --rm --network none --user 0 -v "$folder:/secrets" haoshuo/tools:dev /secrets --uid 10001
