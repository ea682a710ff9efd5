"""Where a change is in."""
