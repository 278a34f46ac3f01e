#!/bin/sh
docker run -d --name tun -e SSH_REMOTE_HOST=relay.example.com -e SSH_REMOTE_USER=me -e SSH_TUNNEL_PORT=2222 -e SSH_TARGET_PORT=22 jnovack/autossh
docker run -d alpine/ssh autossh -M 0 -N -L 5432:db:5432 gw
