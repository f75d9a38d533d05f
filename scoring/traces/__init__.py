"""From a run file to its trace: what every metric is computed from."""
