"""Who wrote each line: lines carried back through edits, moves, renames, reverts and mass changes.

`Edit` says where the lines of a file stood in the version before; `blocks` what moved from
elsewhere; `Descent` carries lines down a file's history, as far as they go.
"""
