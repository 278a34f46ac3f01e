AUTOSSH_PORT=0 AUTOSSH_POLL=30 autossh -N -L 5432:localhost:5432 db
env AUTOSSH_GATETIME=0 AUTOSSH_LOGFILE=/tmp/a.log autossh -M 0 -N -D 1080 proxy
