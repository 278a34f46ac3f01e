{ pkgs, ... }:
{
  # the autossh tunnel
  systemd.services.tunnel = {
    description = "autossh tunnel to the relay";
    wantedBy = [ "multi-user.target" ];
    environment.AUTOSSH_GATETIME = "0";
    serviceConfig = {
      User = "tunnel";
      ExecStart = "${pkgs.autossh}/bin/autossh -M 0 -N -R 2222:localhost:22 relay@edge";
      Restart = "always";
    };
  };
  systemd.services.socks = {
    serviceConfig.ExecStart = ''
      ${pkgs.openssh}/bin/ssh -N \
        -o ServerAliveInterval=30 \
        -D 1080 exit
    '';
  };
  systemd.services.script.script = ''
    exec ${pkgs.autossh}/bin/autossh -M 0 -N -L 5432:localhost:5432 db
  '';
}
