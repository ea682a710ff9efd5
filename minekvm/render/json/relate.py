"""`minekvm.relate/1`: the relations of one commit, or the paths that connect two."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from minekvm.core.relate.paths import Connected
from minekvm.render.json.rows import citation_row, cited_row, gap_row

if TYPE_CHECKING:
    from minekvm.core.relate.paths import Step
    from minekvm.core.relate.relations import Related, Relation, Unresolved


def value(found: Related | Connected) -> dict[str, Any]:
    """Relations in both directions, strongest first; or paths, best first."""
    return _connected(found) if isinstance(found, Connected) else _related(found)


def _related(found: Related) -> dict[str, Any]:
    """`minekvm.relate/1` of one commit: relations in both directions, strongest first.

    `check` says how a mention was found to mean the other commit, or not to.
    """
    known = found.commits
    return {
        "schema": "minekvm.relate/1",
        "commit": found.commit,
        "relations": [
            _relation(r)
            | {
                "check": r.outcome,
                "here": r.here,
                "on_other_branch": r.elsewhere,
                "subject": known[r.other].subject if r.other in known else None,
            }
            for r in found.relations
        ],
        "unresolved": [_unresolved(u) for u in found.unresolved],
        "links": [
            {
                "url": m.target,
                "rule": m.rule,
                "citation": cited_row(found.commit, m.first, m.last, m.quote),
            }
            for m in found.links
        ],
        "people": [{"role": role, "who": who} for role, who in found.people],
        "gaps": [gap_row(g) for g in found.gaps],
    }


def _connected(found: Connected) -> dict[str, Any]:
    """`minekvm.relate/1` of two commits: paths from the one to the other, best first."""
    return {
        "schema": "minekvm.relate/1",
        "commit": found.start,
        "other": found.goal,
        "paths": [[_step(s) for s in path] for path in found.paths],
        "gaps": [gap_row(g) for g in found.gaps],
    }


def _relation(relation: Relation) -> dict[str, Any]:
    return {
        "kind": relation.kind,
        "direction": relation.direction,
        "other": relation.other,
        "rule": relation.rule,
        "citation": citation_row(relation.citation),
    }


def _step(step: Step) -> dict[str, Any]:
    row = _relation(step.relation)
    return {"from": step.source, "to": row.pop("other"), **row}


def _unresolved(unresolved: Unresolved) -> dict[str, Any]:
    return {
        "kind": unresolved.mention.kind,
        "hash": unresolved.mention.hash,
        "subject": unresolved.mention.subject,
        "why": unresolved.resolution.outcome,
        "fits": list(unresolved.resolution.others),
        "citation": citation_row(unresolved.citation),
    }
