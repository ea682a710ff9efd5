"""The same functions in several trees: where one left the other, and what it lacks since."""
