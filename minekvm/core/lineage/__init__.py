"""A function through its versions."""
