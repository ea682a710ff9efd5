"""What speaks against a change before it is taken."""
