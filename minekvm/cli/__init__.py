"""The command line: arguments in, an answer to a renderer out. Nothing is decided here.

`shared` holds what every command takes, a module each a family of commands, `main` the ends: exit
codes, errors, interruption.
"""

from minekvm.cli.main import entry, main

__all__ = ["entry", "main"]
