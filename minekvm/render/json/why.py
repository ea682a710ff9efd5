"""`minekvm.why/1`: claims in reading order, and the commits that they rest on."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from minekvm.render.json.rows import claim_row, commits_row, gap_row

if TYPE_CHECKING:
    from minekvm.core.why.model import Answer


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
        "claims": [
            {"part": claim.part, "commit": claim.commit, **claim_row(claim)}
            for claim in found.claims
        ],
        "key_commits": list(found.key_commits),
        "commits": commits_row(found.commits),
        "gaps": [gap_row(g) for g in found.gaps],
    }
