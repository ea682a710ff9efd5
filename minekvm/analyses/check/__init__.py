"""A change looked at as a reviewer would."""
