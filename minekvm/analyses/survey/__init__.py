"""Every function of a history, in units that any number of workers do."""
