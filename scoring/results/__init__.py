"""All that is said of a run, from its trace."""
