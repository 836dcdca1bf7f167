#!/usr/bin/env bash
# Check a server before or after `make up`: one line each, what is wrong and how to mend it. Exits 1 when something is.
# usage: compose/doctor.sh
set -uo pipefail
cd "$(dirname "$0")/.." || exit

least_disk_gb=10
renew_days=21
broken=0

good() { printf '✓ %s\n' "$1"; }
note() { printf '⚠ %s\n' "$1"; }
bad() {
    printf '✗ %s\n' "$1"
    broken=1
}

# shellcheck source=compose/knob.sh
. compose/knob.sh

secrets=$(knob HAOSHUO_SECRETS ./secrets)
tls=$(knob HAOSHUO_TLS_DIR ./secrets/tls)

check_engine() {
    local version
    if ! version=$(docker info --format '{{.ServerVersion}}' 2>/dev/null); then
        bad "Docker 引擎没有应答 no engine answers: systemctl start docker; 当前用户须在 docker 组 be in group docker"
    else
        good "Docker $version"
    fi
    if ! version=$(docker compose version --short 2>/dev/null); then
        bad "缺少 Compose v2 missing: apt-get install docker-compose-plugin"
    else
        good "Compose $version"
    fi
}

check_gpu() {
    if ! nvidia-smi -L >/dev/null 2>&1; then
        note "没有 NVIDIA GPU，使用内置 CPU 音色 no GPU: the embedded CPU voice speaks"
    elif docker info --format '{{json .Runtimes}}' 2>/dev/null | grep -q nvidia; then
        good "$(nvidia-smi -L | head -n 1)"
    else
        bad "有 GPU 但缺少容器工具 GPU without container toolkit: apt-get install nvidia-container-toolkit && nvidia-ctk runtime configure"
    fi
}

check_port() {
    local publish port
    publish=$(knob HAOSHUO_EDGE_PUBLISH 443)
    port=${publish##*:}
    if docker ps --filter label=com.docker.compose.service=edge --format '{{.Ports}}' 2>/dev/null | grep -q ":$port->"; then
        good "端口 port $port: 好说正在使用 in use by Haoshuo"
    elif (exec 3<>"/dev/tcp/127.0.0.1/$port") 2>/dev/null; then
        bad "端口 $port 已被占用 port in use: 停止占用它的程序，或设置 or set HAOSHUO_EDGE_PUBLISH"
    else
        good "端口 port $port"
    fi
}

check_disk() {
    local folder free
    folder=$(docker info --format '{{.DockerRootDir}}' 2>/dev/null)
    free=$(df --output=avail -BG "${folder:-/}" 2>/dev/null | tail -n 1 | tr -dc 0-9)
    if [ "${free:-0}" -lt $least_disk_gb ]; then
        bad "磁盘仅剩 ${free:-?} GB disk: 至少需要 needs $least_disk_gb GB; docker system prune"
    else
        good "磁盘 disk: $free GB"
    fi
}

check_certificate() {
    local certificate=$tls/server.pem
    if ! [ -r "$certificate" ]; then
        bad "缺少证书 no certificate $certificate: make secrets, 或 or HAOSHUO_TLS_DIR"
    elif ! openssl x509 -in "$certificate" -noout -checkend 0 >/dev/null 2>&1; then
        bad "证书已过期 certificate expired: $certificate"
    elif ! openssl x509 -in "$certificate" -noout -checkend $((renew_days * 86400)) >/dev/null; then
        note "证书 $renew_days 天内过期，请更换后 make reload certificate expires soon: renew it, then make reload"
    elif [ -f "$tls/ca.key" ]; then
        note "证书是自签名的，小程序不会接受 self-signed: no mini-program will accept it (docs/deployment.md)"
    else
        good "证书 certificate: $(openssl x509 -in "$certificate" -noout -enddate)"
    fi
}

check_wechat() {
    local url host
    url=$(knob HAOSHUO_WECHAT_URL https://api.weixin.qq.com)
    host=$(sed -E 's#^[a-z]+://([^/:]+).*#\1#' <<<"$url")
    if getent hosts "$host" >/dev/null; then
        good "DNS $host"
    else
        bad "无法解析 $host，登录会失败 does not resolve, logins will fail: 检查 check /etc/resolv.conf"
    fi
    if [ -n "$(knob HAOSHUO_WECHAT_APPID '')" ]; then
        good "HAOSHUO_WECHAT_APPID"
    else
        bad "缺少 HAOSHUO_WECHAT_APPID is missing: 写入 .env put it into .env"
    fi
}

check_secrets() {
    local name
    for name in haoshuo_jwt_keys haoshuo_user_hash_key haoshuo_wechat_secret; do
        if ! [ -s "$secrets/$name" ]; then
            bad "密钥为空或缺失 missing or empty: $secrets/$name (make secrets; 小程序密钥请自行填入 fill in the AppSecret)"
        elif [ -n "$(find "$secrets/$name" -perm /o+r)" ]; then
            bad "任何用户都能读取 readable by everyone: chmod 600 $secrets/$name"
        else
            good "$name"
        fi
    done
}

# What Triton will need with docker-compose.gpu.yml.
check_model() {
    local folder voices voice
    folder=$(knob HAOSHUO_CHECKPOINT_DIR)
    if [ -z "$folder" ]; then
        if nvidia-smi -L >/dev/null 2>&1; then
            bad "缺少 HAOSHUO_CHECKPOINT_DIR is missing: make fetch-model, 再写入 .env then put it into .env; 或 or GPU=0"
        fi
        return
    fi
    voice=$(knob HAOSHUO_VOICE baker)
    voices=("$folder/voices/$voice".*)
    if ! [ -s "$folder/gpt.pth" ]; then
        bad "没有模型 no model in $folder: make fetch-model MODEL=$folder"
    elif ! [ -s "${voices[0]}" ]; then
        bad "没有音色 no voice $folder/voices/$voice.wav: 放入一段录音 put a recording there, 并设置 and set HAOSHUO_VOICE"
    else
        good "IndexTTS2: $folder, 音色 voice $voice"
    fi
}

check_engine
check_gpu
check_model
check_port
check_disk
check_certificate
check_wechat
check_secrets
exit $broken
