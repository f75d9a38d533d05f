"""What joins several models, as dataclasses. Visibility of scores is decided here, once."""
