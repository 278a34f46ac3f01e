#!/bin/bash
# usage: autossh -M 0 is started by hand
# autossh -M 0 -N -L 1:a:1 old
echo "starting autossh"
which autossh || exit 1
autossh -V
