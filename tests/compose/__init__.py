"""docker-compose.yml, checked and run as far as a machine without Docker can."""
