"""Values in, values out: no clock, files, database, subprocess or terminal."""
