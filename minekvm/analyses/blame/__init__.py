"""Who wrote each line of a symbol or a file.

`targets` reads what was asked for, `carrying` takes lines down the history of files, `stopped` asks
of a commit where the lines came from that it brought, `blame` puts the answer together.
"""

from minekvm.analyses.blame.blame import Question, blame

__all__ = ["Question", "blame"]
