"""What a change needs where it is to be taken."""
