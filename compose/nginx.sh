#!/bin/sh
# Fill in nginx's configuration from the environment and run nginx; the container's root is read-only, /tmp is not.
# usage: haoshuo-nginx                    (the container's command)
#        haoshuo-nginx reload             (take a renewed certificate without dropping a request)
#        haoshuo-nginx watched COMMAND…   (run an nginx that is configured already)
set -eu
configuration=/tmp/nginx.conf

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

case "${1:-}" in
    reload)
        nginx -e stderr -p /tmp -c $configuration -t
        exec nginx -e stderr -p /tmp -c $configuration -s reload
        ;;
    watched)
        shift
        ;;
    *)
        names=$(env | sed -n 's/^\(HAOSHUO_[A-Z_]*\)=.*/${\1}/p')
        envsubst "$names" </etc/haoshuo/nginx.conf.template >$configuration
        set -- nginx -e stderr -p /tmp -c $configuration
        ;;
esac
watch $$ &
exec "$@"
