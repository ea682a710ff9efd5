"""Which earlier commits made one necessary: what it touches, who wrote that, and how they rank."""
