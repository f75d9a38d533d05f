"""A task written down as one folder: read, check, write."""
