"""The answers to a story's questions."""

from __future__ import annotations

from minekvm.analyses.report.parts import Ground, Part, reason
from minekvm.analyses.why import Asked, why
from minekvm.core.report.model import Missing
from minekvm.core.why.model import Answer, Claim
from minekvm.errors import MinekvmError

_STRENGTH = {"stated": 0, "observed": 1, "inferred": 2}


def answers(ground: Ground) -> Part[Answer]:
    """An answer to each question; what this history cannot answer is missing."""
    found: list[Answer] = []
    missing: list[Missing] = []
    for question in ground.story.questions:
        asked = Asked(question, rev=ground.asked, scope=ground.story.scope)
        try:
            answer = why(ground.clone, asked)
            if answer.claims:
                found.append(answer)
            else:
                missing.append(Missing(f"question {question}", answer.lead))
        except MinekvmError as error:
            missing.append(Missing(f"question {question}", reason(error)))
    return Part(
        found=tuple(found),
        orders=[[c] for a in found for c in a.commits],
        claims=[c for a in found for c in _strongest(a)],
        missing=missing,
    )


def _strongest(found: Answer) -> list[Claim]:
    """What happened and, in the strongest words there are, why; then what made it possible."""
    told = []
    for part in ("happened", "reason", "possible"):
        some = [c for c in found.claims if c.part == part]
        told += sorted(some, key=lambda c: _STRENGTH[c.grade])[:1]
    return told
