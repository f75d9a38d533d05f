"""Pages: each checks the shape of what came in, calls one read or service, and renders."""
