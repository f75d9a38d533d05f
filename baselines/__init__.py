"""Reference models: networks trained on the data of a task, and the official runs that they write."""
