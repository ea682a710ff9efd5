"""The calls of a symbol over time."""
