"""What runs between two markers."""
