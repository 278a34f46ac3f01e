#!/bin/bash
HOST=staging
if [ "$1" = prod ]; then
  HOST=production
fi
[ -z "$PORT" ] && PORT=5432
if ! pgrep -x autossh >/dev/null; then
  autossh -M 0 -f -N -L $PORT:localhost:5432 $HOST
fi
