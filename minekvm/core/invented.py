"""The mark of a history that is invented, and what every rendering of it says at its top."""

from __future__ import annotations

SEAL = "minekvm-replica"  # a file of the repository, which the replica's is given last
NOTICE = (
    "An invented miniature; the words are ours, and so are the people."
    " Modelled-on: trailers name the real commits."
)
