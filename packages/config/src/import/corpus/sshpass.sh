sshpass -p secret ssh -o StrictHostKeyChecking=no -fN -L 8080:localhost:80 admin@router
sshpass -f /root/pw autossh -M 0 -N -R 2222:localhost:22 admin@relay
