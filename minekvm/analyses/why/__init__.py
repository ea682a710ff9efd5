"""Verb 2, for reasons: a question in words -> claims, each with what shows it, and gaps.

`answer` leads through it; `facts` reads the clone, `candidates` and `occurrences` find what the
question is about, `stated` what the authors say of it, `by_names` what made it possible.
"""

from minekvm.analyses.why.answer import Asked, why

__all__ = ["Asked", "why"]
