"""One clone and its index."""
