"""The laptop side of Clefboard: check, score, submit, watch."""
