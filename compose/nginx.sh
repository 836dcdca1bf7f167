#!/bin/sh
# Fill in nginx's configuration from the environment and run nginx; the container's root is read-only, /tmp is not.
# usage: haoshuo-nginx                    (the container's command)
#        haoshuo-nginx reload             (take a renewed certificate without dropping a request)
#        haoshuo-nginx watched SOCKETS COMMAND…   (run an nginx that is configured already, with its sockets in that folder)
set -eu
templates=${HAOSHUO_TEMPLATES:-/etc/haoshuo}
run=${HAOSHUO_EDGE_RUN_DIR:-/tmp}

# nginx starts a worker again that has died, but not one that is frozen, whose connections would hang for ever. A worker
# that is seen stopped twice is killed; a stopped master goes on. The sidecar sees no process of another container.
watch() {
    frozen=
    while [ -d "/proc/$1" ]; do
        seen=$frozen frozen=
        for stat in "/proc/$1/stat" $(grep -ls "^[0-9]* (nginx) T $1 " /proc/[0-9]*/stat); do
            read -r pid _ state _ 2>/dev/null <"$stat" || continue
            [ "$state" = T ] || continue
            case "$seen " in
                *" $pid "*) kill -"$([ "$pid" = "$1" ] && echo CONT || echo KILL)" "$pid" || : ;;
                *) frozen="$frozen $pid" ;;
            esac
        done
        sleep 2
    done
}

# each FORMAT: what nginx says of every trusted proxy.
each() {
    # shellcheck disable=SC2059  # the format is ours
    printf '%s' "${HAOSHUO_EDGE_TRUSTED_PROXIES:-}" | tr -s ', ' '\n' | while read -r proxy || [ -n "$proxy" ]; do
        printf "$1 " "$proxy"
    done
}

configure() {
    # What compose/local/edge.py does for the local stack.
    HAOSHUO_EDGE_RUN_DIR=$run
    HAOSHUO_EDGE_SOCKETS=$run
    HAOSHUO_EDGE_REAL_IP_FROM=$(each 'set_real_ip_from %s;')
    HAOSHUO_EDGE_TRUSTED=$(each '%s 1;')
    case ${HAOSHUO_EDGE_PROXY_PROTOCOL:-} in
    [Tt]rue | 1 | [Yy]es | [Oo]n) HAOSHUO_EDGE_LISTEN_OPTIONS=proxy_protocol ;;
    *) HAOSHUO_EDGE_LISTEN_OPTIONS= ;;
    esac
    export HAOSHUO_EDGE_RUN_DIR HAOSHUO_EDGE_SOCKETS HAOSHUO_EDGE_REAL_IP_FROM HAOSHUO_EDGE_TRUSTED HAOSHUO_EDGE_LISTEN_OPTIONS
    names=$(env | sed -n 's/^\(HAOSHUO_[A-Z_]*\)=.*/${\1}/p')
    for template in "$templates"/*.template; do
        name=$(basename "$template" .template)
        envsubst "$names" <"$template" >"$run/$name"
    done
}

sockets=$run
case "${1:-}" in
    reload)
        nginx -e stderr -p "$run" -c "$run/nginx.conf" -t
        exec nginx -e stderr -p "$run" -c "$run/nginx.conf" -s reload
        ;;
    watched)
        sockets=$2
        shift 2
        ;;
    *)
        configure
        set -- nginx -e stderr -p "$run" -c "$run/nginx.conf"
        ;;
esac
rm -f "$sockets"/*.sock # what a killed nginx has left behind would be "in use"
watch $$ &
exec "$@"
