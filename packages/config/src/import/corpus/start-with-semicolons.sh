#!/bin/sh
export AUTOSSH_PIDFILE=/run/t.pid; autossh -M 0 -f -N -L 5432:localhost:5432 db; echo started
{ autossh -M 0 -N -D 1080 exit & } 2>/dev/null
( cd / && exec autossh -M 0 -N -R 2222:localhost:22 relay )
A=1 B=2; autossh -M $((A+B)) -N -L 8080:localhost:80 web
