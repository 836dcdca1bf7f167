#!/bin/sh
# Fill in nginx's configuration from the environment and run nginx; the container's root is read-only, /tmp is not.
# usage: haoshuo-nginx [reload]    (reload: take a renewed certificate without dropping a request)
set -eu
templates=${HAOSHUO_TEMPLATES:-/etc/haoshuo}
run=${HAOSHUO_EDGE_RUN_DIR:-/tmp}

if [ "${1:-}" = reload ]; then
    nginx -e stderr -p "$run" -c "$run/nginx.conf" -t
    exec nginx -e stderr -p "$run" -c "$run/nginx.conf" -s reload
fi

# each FORMAT: what nginx says of every trusted proxy.
each() {
    # shellcheck disable=SC2059  # the format is ours
    printf '%s' "${HAOSHUO_EDGE_TRUSTED_PROXIES:-}" | tr -s ', ' '\n' | while read -r proxy || [ -n "$proxy" ]; do
        printf "$1 " "$proxy"
    done
}

# What compose/local/edge.py does for the local stack.
HAOSHUO_EDGE_RUN_DIR=$run
HAOSHUO_EDGE_SOCKETS=$run
HAOSHUO_EDGE_BODY_BYTES=$((${HAOSHUO_MAX_TEXT_CHARACTERS:-1000} * 12 + 4096))
HAOSHUO_EDGE_REAL_IP_FROM=$(each 'set_real_ip_from %s;')
HAOSHUO_EDGE_TRUSTED=$(each '%s 1;')
case ${HAOSHUO_EDGE_PROXY_PROTOCOL:-} in
[Tt]rue | 1 | [Yy]es | [Oo]n) HAOSHUO_EDGE_LISTEN_OPTIONS=proxy_protocol ;;
*) HAOSHUO_EDGE_LISTEN_OPTIONS= ;;
esac
export HAOSHUO_EDGE_RUN_DIR HAOSHUO_EDGE_SOCKETS HAOSHUO_EDGE_BODY_BYTES HAOSHUO_EDGE_REAL_IP_FROM HAOSHUO_EDGE_TRUSTED \
    HAOSHUO_EDGE_LISTEN_OPTIONS

names=$(env | sed -n 's/^\(HAOSHUO_[A-Z_]*\)=.*/${\1}/p')
for template in "$templates"/*.template; do
    name=$(basename "$template" .template)
    envsubst "$names" <"$template" >"$run/$name"
done
rm -f "$run"/*.sock # what a killed nginx has left behind would be "in use"
exec nginx -e stderr -p "$run" -c "$run/nginx.conf"
