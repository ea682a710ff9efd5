"""`minekvm.why/1`: claims in reading order, and the commits that they rest on."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from minekvm.render.json.claims import claim_row
from minekvm.render.json.rows import commits_row, gap_row

if TYPE_CHECKING:
    from minekvm.core.why.model import Answer, Check


def value(found: Answer) -> dict[str, Any]:
    """The answer to a question."""
    return {
        "schema": "minekvm.why/1",
        "question": {
            "text": found.question,
            "reading": found.reading,
            "symbols": list(found.symbols),
            "verb": found.verb,
        },
        "lead": found.lead,
        "confidence": found.confidence,
        "claims": [
            {
                "part": claim.part,
                "commit": claim.commit,
                **claim_row(claim),
                "checks": [_check(check) for check in claim.checks],
            }
            for claim in found.claims
        ],
        "key_commits": list(found.key_commits),
        "candidates": [
            {
                "commit": near.commit,
                "score": near.score,
                "reasons": [{"rule": r.rule, "text": r.text} for r in near.reasons],
            }
            for near in found.candidates
        ],
        "commits": commits_row(found.commits),
        "gaps": [gap_row(g) for g in found.gaps],
    }


def _check(check: Check) -> dict[str, Any]:
    """What must hold for a claim, at the commit's first parent and at the commit."""
    return {
        "sort": check.sort,
        "name": check.name,
        "path": check.path,
        "function": check.function or None,
        "before": check.before,
        "after": check.after,
        "other": check.other or None,
        "commit": check.commit,
    }
