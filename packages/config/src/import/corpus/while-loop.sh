#!/bin/sh
while true; do
  ssh -o ServerAliveInterval=60 -o ExitOnForwardFailure=yes \
      -N -R 19999:localhost:22 me@vps.example.org
  sleep 10
done
