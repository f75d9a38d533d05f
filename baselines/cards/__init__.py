"""What goes with an official run: its method description, its model card and its record."""
