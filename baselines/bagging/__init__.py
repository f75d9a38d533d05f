"""Several networks of one config, each on its own part of the data."""
