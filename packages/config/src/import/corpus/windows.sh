#!/bin/bash
HOST=web2
autossh -M 0 -N \
  -L 8080:localhost:80 \
  "$HOST"
