#!/bin/sh
autossh -M 0 -q -f -N -o ControlMaster=no -o ControlPath=none -L 5432:localhost:5432 db
autossh -M 0 -fNT -E /var/log/tunnel.log -S none -o LogLevel=QUIET -L 8080:localhost:80 web
ssh -fNTq -o "ControlMaster auto" -o ControlPersist=yes -R 2200:localhost:22 relay
ssh -M -S /tmp/ctl -fnNT -o ForkAfterAuthentication=yes -o ClearAllForwardings=no -L 33060:localhost:3306 mysql
