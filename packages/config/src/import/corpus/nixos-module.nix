{
  services.autossh.sessions = [
    {
      name = "reverse";
      user = "me";
      monitoringPort = 20000;
      extraArguments = "-N -R 2222:localhost:22 -i /home/me/.ssh/id relay.example.com";
    }
  ];
}
