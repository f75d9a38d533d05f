"""Peers are scripts that want the extra `bench`: no test, and nothing to import."""

collect_ignore_glob = ["peers/*"]
