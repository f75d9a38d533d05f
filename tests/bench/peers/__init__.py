"""The peers, each a script of its own that is started, not imported."""
