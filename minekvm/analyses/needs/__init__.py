"""What a change needs where it is to be taken, and whether it is safe there."""
