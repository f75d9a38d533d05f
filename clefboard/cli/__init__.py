"""The `clefboard` command: one module per sub-command."""
