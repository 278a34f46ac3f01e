ssh -t me@jump "ssh -N -L 1:a:1 inner"
ssh gw autossh -M 0 -N -L 2:a:2 inner
ssh -L 5432:localhost:5432 db 'sleep 86400'
ssh web uptime
