"""One machine, one command: the servers, the processes and how they end."""
