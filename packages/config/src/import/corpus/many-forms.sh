REMOTE_HOST='relay.example.com'
REMOTE_USER="tunnel"
LOCAL=22
ssh -o "ProxyCommand ssh -W %h:%p ${REMOTE_USER}@jump" -N -R 2222:localhost:$LOCAL "${REMOTE_USER}@${REMOTE_HOST}"
ssh -NfL3307:localhost:3306 -p2222 -l$REMOTE_USER $REMOTE_HOST
ssh -N -L ~/run/db.sock:/run/db.sock -L 8090:localhost:80 ${REMOTE_HOST%%.*}
