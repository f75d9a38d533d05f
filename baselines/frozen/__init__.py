"""A last layer learnt on the features of a network that stays as it is."""
