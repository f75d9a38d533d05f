"""The networks, their weights, and the last layer for very many classes."""
