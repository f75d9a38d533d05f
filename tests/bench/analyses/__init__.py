"""The analyses of a task with very many runs: made, made anew after one more, and read."""
