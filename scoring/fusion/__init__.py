"""Several runs into one, and the images of an observation into its answer."""
