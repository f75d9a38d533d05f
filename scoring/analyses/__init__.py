"""What many runs teach together: of methods, of content, of each other, and of the test itself."""
