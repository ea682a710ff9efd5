"""The index, an SQLite file."""
