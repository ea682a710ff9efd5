from minekvm.cli import entry

entry()
