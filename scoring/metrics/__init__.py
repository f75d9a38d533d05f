"""The metrics: statistic, averaging, subset."""
