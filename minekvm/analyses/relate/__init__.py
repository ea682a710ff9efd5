"""How commits are tied."""
