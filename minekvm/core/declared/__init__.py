"""Symbols that are no functions: what two versions of a file say happened to them."""
