#!/bin/bash
# keeps the office tunnels open
HOST=web2
USER_NAME=deploy
SRV=$USER_NAME@$HOST
PORT=5432
KEY="$HOME/.ssh/id_tunnel"

export AUTOSSH_GATETIME=0
autossh -M 0 -f -N -i "$KEY" -L ${PORT}:localhost:${PORT} $SRV
autossh -M 0 -f -N -i "$KEY" -L 8080:localhost:80 "$SRV"
HOST=db1
autossh -M 0 -f -N -L 3307:127.0.0.1:3306 ${USER_NAME}@${HOST}
autossh -M 0 -f -N -D ${SOCKS_PORT:-1080} $HOST
autossh -M 0 -f -N -R 2222:localhost:22 -p ${SSH_PORT:=2022} "backup@$HOST"
