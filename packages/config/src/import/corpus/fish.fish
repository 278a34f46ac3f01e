set -x AUTOSSH_GATETIME 0
autossh -M 0 -f -N -L 5432:localhost:5432 db
