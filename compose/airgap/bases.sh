#!/usr/bin/env bash
# Build the one base image of every service from this machine's own Debian mirror, for machines that reach no image
# registry: a stand-in for debian:bookworm-slim, under an honest local tag. Needs root and a Docker engine.
# usage: compose/airgap/bases.sh
set -euo pipefail

image=localhost/haoshuo/base:bookworm

cd "$(dirname "$0")/../.."
# From now on every build of this project's is made on it.
python3 -m compose.server remember HAOSHUO_BASE_IMAGE "$image"

if docker image inspect "$image" >/dev/null 2>&1; then
    echo "  · $image 已存在 is there"
    exit
fi
if ! command -v mmdebstrap >/dev/null; then
    apt-get update -q >/dev/null
    DEBIAN_FRONTEND=noninteractive apt-get install -q -y --no-install-recommends mmdebstrap >/dev/null
fi
# Every Debian source that apt knows here, the security updates too.
# shellcheck disable=SC2016  # the dollars are apt's
sources=$(apt-get indextargets --format 'deb $(REPO_URI) $(CODENAME) main' 'Created-By: Packages' 'Origin: Debian' |
    sort -u)
echo "  · 构建基础镜像 building $image"
mmdebstrap --quiet --variant=minbase --include=ca-certificates --aptopt='APT::Sandbox::User "root"' \
    --dpkgopt='path-exclude=/usr/share/doc/*' --dpkgopt='path-exclude=/usr/share/man/*' \
    bookworm - <<<"$sources" | docker import --change 'CMD ["bash"]' - "$image" >/dev/null
