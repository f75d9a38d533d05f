"""The scorer: run files against ground truth, on laptop and platform alike."""
