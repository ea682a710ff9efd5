"""Verb 2, for reasons: a question in words -> claims, each with what shows it, and gaps.

`asking` leads through it; `facts` reads the clone, `happened` finds what the question is about,
`stated` what the authors say of it, `enabled` what made it possible.
"""

from minekvm.analyses.why.answer import Asked, why

__all__ = ["Asked", "why"]
