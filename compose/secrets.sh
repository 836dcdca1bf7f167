#!/usr/bin/env bash
# Create strong secrets and certificates once, in a container, so that the server needs nothing but Docker. What is there
# is never overwritten. Written for uid 10001, which every service runs as.
# usage: [HAOSHUO_TRITON_NAMES=tts1.lan,10.0.0.5] compose/secrets.sh [FOLDER]    (where Triton runs, for its certificate)
set -euo pipefail
cd "$(dirname "$0")/.."
folder=$(realpath -m "${1:-${HAOSHUO_SECRETS:-./secrets}}")
base=${HAOSHUO_BASE_IMAGE:-}
if [ -z "$base" ] && docker image inspect haoshuo/base:bookworm >/dev/null 2>&1; then base=haoshuo/base:bookworm; fi
mkdir -p "$folder"
docker buildx build --quiet --load -f compose/Dockerfile --target tools -t haoshuo/tools:dev ${base:+--build-arg "BASE=$base"} \
    --secret "id=extra_ca,src=${EXTRA_CA_FILE:-/dev/null}" . >/dev/null
docker run --rm --network none --user 0 -e HAOSHUO_TRITON_NAMES -v "$folder:/secrets" haoshuo/tools:dev /secrets --uid 10001
