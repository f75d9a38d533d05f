"""What `python -m baselines` can do."""
