#!/bin/bash
start_tunnel() {
  local remote=$1
  autossh -M 0 -f -N -L "$2:localhost:$2" "$remote"
}
stop_tunnel() { pkill -f "autossh.*$1"; }
REMOTE=jump@gw
tunnel() {
  autossh -M 20000 -f -N -L 3389:desktop:3389 $REMOTE
}
start_tunnel web 80
tunnel
