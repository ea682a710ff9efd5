"""The command line: arguments in, an answer to a renderer out. Nothing is decided here.

A module each command (or group of them), loaded when it is called by `commands`; `options` holds
what they share; `main` the ends: exit codes, errors, interruption.
"""

from minekvm.cli.main import entry, main

__all__ = ["entry", "main"]
