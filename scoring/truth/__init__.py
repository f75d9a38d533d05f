"""What is right: the tables of a test, its ground truth, and the subsets its columns make."""
