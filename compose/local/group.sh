#!/bin/sh
# Run a command, and end what is left of its process group when it has ended. Workers outlive a server that was killed:
# nginx's hold its port against the next one, Triton's their memory. Should this shell be killed, the command ends, too.
# usage: group.sh COMMAND…    as the leader of a process group, whose signals TERM and QUIT are for the command
trap : TERM QUIT
setpriv --pdeathsig TERM "$@"
kill -KILL 0
