"""Findings as forges read them, a module an answer."""
