#!/bin/sh
# Fill in nginx's configuration from the environment and run nginx; the container's root is read-only, /tmp is not.
# usage: haoshuo-nginx [reload]    (reload: take a renewed certificate without dropping a request)
set -eu
configuration=/tmp/nginx.conf

if [ "${1:-}" = reload ]; then
    nginx -e stderr -p /tmp -c $configuration -t
    exec nginx -e stderr -p /tmp -c $configuration -s reload
fi
names=$(env | sed -n 's/^\(HAOSHUO_[A-Z_]*\)=.*/${\1}/p')
envsubst "$names" </etc/haoshuo/nginx.conf.template >$configuration
exec nginx -e stderr -p /tmp -c $configuration
