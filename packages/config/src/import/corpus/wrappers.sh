alias tun='ssh -fN -L 8080:localhost:80 web'
alias tun2="autossh -M 0 -fN -L 8081:localhost:80 web"
ssh -fN -o LocalForward="9999 localhost:80" fwd
$(which autossh) -M 0 -N -L 1111:a:1 h1
eval "autossh -M 0 -N -L 2222:a:1 h2"
if ! ssh -O check x 2>/dev/null; then ssh -fN -L 3333:a:1 h3; fi
/usr/bin/env autossh -M 0 -N -L 4444:a:1 h4
AUTOSSH=/usr/bin/autossh
$AUTOSSH -M 0 -N -L 5555:a:1 h5
CMD="autossh -M 0 -N -L 6666:a:1 h6"
$CMD &
trap 'kill $!' EXIT; autossh -M 0 -N -L 7777:a:1 h7 & wait
ssh -N -L 8888:a:1 h8 || logger "ssh died"
daemonize -u me /usr/bin/autossh -M 0 -N -L 9990:a:1 h9
watch -n 60 'ssh -N -L 9991:a:1 h10'
timeout 3600 ssh -N -L 9992:a:1 h11
systemd-run --user autossh -M 0 -N -L 9993:a:1 h12
bash -c "while :; do ssh -N -L 9994:a:1 h13; sleep 5; done" &
echo "ssh -N -L 9995:a:1 h14" | at now
pm2 start "autossh -M 0 -N -L 9996:a:1 h15" --name t
sshfs me@h:/ /mnt -o ssh_command='ssh -L 1:a:1'
ssh-copy-id -i key me@h
rsync -e 'ssh -N' a b
