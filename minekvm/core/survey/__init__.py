"""Every function of a history: what is told of it in rows, and what joins its versions."""
