screen -dmS tunnel autossh -M 0 -N -L 5900:localhost:5900 desk
tmux new-session -d -s socks 'ssh -N -D 1080 -C exit.example.com'
nohup setsid autossh -M 0 -N -R 9000:localhost:9000 relay >/dev/null 2>&1 &
su -c "autossh -M 0 -f -N -L 8081:localhost:80 web" tunnel
su - backup -c 'ssh -fNL 2049:localhost:2049 nas'
runuser -u postgres -- autossh -M 0 -N -L 5433:localhost:5432 pg
sudo -u www-data autossh -M 0 -N -L 9200:localhost:9200 search
