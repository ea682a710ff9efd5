"""One question each, answered: a clone opened, its history read, the core asked."""
