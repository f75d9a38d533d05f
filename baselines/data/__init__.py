"""What is learnt from: the items of a folder, their split, and their way to the network."""
