for p in 1 2
  autossh -M 0 -fN -L 800$p:a:1 gw
end
autossh -M 0 -fN -L 8009:a:1 gw
