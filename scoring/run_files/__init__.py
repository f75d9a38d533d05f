"""Run files: read, checked, and written."""
