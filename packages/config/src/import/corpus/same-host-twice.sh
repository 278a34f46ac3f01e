autossh -M 0 -f -N -L 5432:localhost:5432 me@db.example.com
autossh -M 0 -f -N -L 6379:localhost:6379 me@db.example.com
autossh -M 0 -f -N me@db.example.com -D 1080
