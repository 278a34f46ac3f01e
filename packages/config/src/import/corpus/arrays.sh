#!/usr/bin/env bash
set -euo pipefail
OPTS=(
  -o ServerAliveInterval=30   # seconds
  -o "ServerAliveCountMax=3"
  -o ExitOnForwardFailure=yes
)
FORWARDS=(-L 5432:db:5432 -L 6379:redis:6379)
OPTS+=(-i ~/.ssh/tunnel)
exec autossh -M 0 -N "${OPTS[@]}" "${FORWARDS[@]}" me@bastion.example.com
