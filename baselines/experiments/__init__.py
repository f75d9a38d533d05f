"""The experiments whose results ship: what is trained on the leaves and the birds, how it answers, how good it is."""
