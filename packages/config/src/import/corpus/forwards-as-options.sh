autossh -M 0 -N -o LocalForward="8080 web:80" -o "RemoteForward 2222 localhost:22" -o DynamicForward=1080 -oLocalForward=9000:web:90 gw
ssh -fN -o "LocalForward=5432 db:$PORT" gw2
autossh -M 0 -N -o "RemoteForward=9999" -o "RemoteForward /tmp/s.sock localhost:22" gw3
