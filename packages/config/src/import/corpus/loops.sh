#!/bin/bash
for p in {1..3}; do
  autossh -M 0 -f -N -L 900$p:localhost:90 host$p
done
for host in $(seq 1 2); do for port in 80 443; do
  autossh -M 0 -fN -R $((8000 + host * 100 + port)):localhost:$port web$host
done; done
for ((i=1;i<=3;i++)); do
  autossh -M 0 -fN -L 700$i:a:1 c$i
done
PORTS=(5432 6379)
for port in "${PORTS[@]}"
do
  ARGS+=(-L "$port:localhost:$port")
done
autossh -M 0 -N "${ARGS[@]}" db
for f in /etc/tunnels/*.conf; do . "$f"; autossh -M 0 -N -L $P:a:1 $H; done
while read -r host port; do
  autossh -M 0 -f -N -L $port:localhost:$port $host
done < list
if true; then
 for n in one two; do case $n in one) x=1;; two) x=2;; esac
 ssh -N -L 400$x:a:1 $n; done
fi
ssh -N -L 1:a:1 last
