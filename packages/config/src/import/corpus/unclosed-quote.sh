#!/bin/sh
autossh -M 0 -N -L 5432:localhost:5432 db
echo "it's broken
autossh -M 0 -N -L 8080:localhost:80 web
