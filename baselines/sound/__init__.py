"""Recordings read, and made into pictures that any network of the table can look at."""
