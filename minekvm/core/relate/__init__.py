"""Ties between commits."""
