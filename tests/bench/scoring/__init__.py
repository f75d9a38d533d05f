"""How fast a run is read, checked and scored, beside what else does it: interleaved, in fresh processes."""
