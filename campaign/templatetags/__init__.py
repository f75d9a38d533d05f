"""How figures, moments and texts are shown. They decide nothing: what may show is decided in reads."""
