#!/bin/bash
for port in 8001 8002 8003; do
  ssh -fN -L $port:localhost:$port cluster
done
ssh -fN -L 8010:localhost:80 cluster
