"""Peers are scripts that want the extra `bench`: no test, and nothing to import."""

from importlib.util import find_spec

collect_ignore_glob = ["peers/*"]
if not find_spec("torch"):
    collect_ignore_glob += ["baselines/*"]
