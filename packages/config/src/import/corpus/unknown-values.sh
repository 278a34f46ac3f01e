#!/bin/sh
. /etc/tunnel.conf
autossh -M 0 -N -L $LOCAL_PORT:localhost:80 -L 9000:localhost:9000 web
autossh -M 0 -N -R 8022:localhost:22 tunnel@$REMOTE_HOST
autossh -M 0 -N $SSH_OPTS -D 1081 proxy
ssh -f -N -L 7000:localhost:$(cat /etc/port) other
