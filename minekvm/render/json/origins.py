"""`minekvm.origins/1`: candidates, best first."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from minekvm.render.json.rows import gap_row

if TYPE_CHECKING:
    from minekvm.core.origins.ranking import Origins


def value(found: Origins) -> dict[str, Any]:
    """The commits that one comes from, with the reasons."""
    rows = []
    for candidate in found.candidates:
        about = found.commits.get(candidate.commit)
        rows.append(
            {
                "commit": candidate.commit,
                "score": round(candidate.score, 4),
                "reasons": [{"rule": r.rule, "text": r.text} for r in candidate.reasons],
                "subject": about.subject if about else None,
                "authored": about.authored if about else None,
            }
        )
    return {
        "schema": "minekvm.origins/1",
        "commit": found.commit,
        "candidates": rows,
        "gaps": [gap_row(g) for g in found.gaps],
    }
