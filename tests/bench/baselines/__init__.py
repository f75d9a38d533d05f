"""How fast the training loop, the loader and the split layer are."""
