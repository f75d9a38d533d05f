"""What trained networks say of the media of a task, and the runs written of it."""
