"""The JSON contracts: one object a command, with its schema's name and version."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

from minekvm.core.model import (
    Commit,
    CommitId,
    Event,
    FunctionVersion,
    Gap,
    IndexStatus,
    Inspection,
    Mined,
    Told,
)
from minekvm.core.why.model import FilePlace, MailPlace

if TYPE_CHECKING:
    from minekvm.core.origins.ranking import Origins
    from minekvm.core.relate.paths import Connected, Step
    from minekvm.core.relate.relations import Citation, Related, Relation, Unresolved
    from minekvm.core.why.model import Answer, Claim
    from minekvm.core.why.model import Citation as Shown


def inspection(found: Inspection) -> str:
    """`minekvm.inspect/1`: one row per kind of each change."""
    rows = [
        {
            "kind": kind,
            "old": named_row(e.change.old),
            "new": named_row(e.change.new),
            "rule": e.change.rule,
            "score": round(e.change.score, 4),
            "parent": e.parent,
        }
        for e in found.events
        for kind in e.change.kinds
    ]
    return dumped(
        {
            "schema": "minekvm.inspect/1",
            "commit": found.commit.id,
            "changes": rows,
            "gaps": [gap_row(g) for g in found.gaps],
        }
    )


def lineage(told: Told) -> str:
    """`minekvm.lineage/1`: definitions at the revision, events newest first."""
    return dumped(lineage_value(told))


def lineage_value(told: Told) -> dict[str, Any]:
    """The same as a value, for a document that holds it."""
    found = told.lineage
    return {
        "schema": "minekvm.lineage/1",
        "symbol": found.symbol,
        "rev": found.rev,
        "definitions": [version_row(v) for v in found.definitions],
        "events": [event_row(e, told.commits[e.commit]) for e in found.events],
        "gaps": [gap_row(g) for g in found.gaps],
    }


def related(found: Related) -> str:
    """`minekvm.relate/1` of one commit: relations in both directions, strongest first.

    `check` says how a mention was found to mean the other commit, or not to.
    """
    known = found.commits
    return dumped(
        {
            "schema": "minekvm.relate/1",
            "commit": found.commit,
            "relations": [
                _relation(r)
                | {
                    "check": r.outcome,
                    "here": r.here,
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
    )


def connected(found: Connected) -> str:
    """`minekvm.relate/1` of two commits: paths from the one to the other, best first."""
    return dumped(
        {
            "schema": "minekvm.relate/1",
            "commit": found.start,
            "other": found.goal,
            "paths": [[_step(s) for s in path] for path in found.paths],
            "gaps": [gap_row(g) for g in found.gaps],
        }
    )


def origins(found: Origins) -> str:
    """`minekvm.origins/1`: candidates, best first."""
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
    return dumped(
        {
            "schema": "minekvm.origins/1",
            "commit": found.commit,
            "candidates": rows,
            "gaps": [gap_row(g) for g in found.gaps],
        }
    )


def answer(found: Answer) -> str:
    """`minekvm.why/1`: claims in reading order, and the commits that they rest on."""
    return dumped(answer_value(found))


def answer_value(found: Answer) -> dict[str, Any]:
    """The same as a value, for a document that holds it."""
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
        "commits": {
            commit: {
                "subject": about.subject,
                "author": about.author,
                "authored": about.authored,
            }
            for commit, about in found.commits.items()
        },
        "gaps": [gap_row(g) for g in found.gaps],
    }


def claim_row(claim: Claim) -> dict[str, Any]:
    """What is said, how sure it is, and what shows it."""
    return {
        "text": claim.text,
        "grade": claim.grade,
        "citations": [shown_row(c) for c in claim.citations],
    }


def shown_row(citation: Shown) -> dict[str, Any]:
    """Words or code with their place: in a message, a file or a mail."""
    place = citation.place
    row: dict[str, Any] = {"kind": "message"}
    if isinstance(place, FilePlace):
        row = {"kind": "file", "path": place.path}
    elif isinstance(place, MailPlace):
        row = {"kind": "mail", "message_id": place.message_id}
    row["lines"] = [place.first, place.last]
    return {"commit": citation.commit, "place": row, "quote": citation.quote}


def mined(found: Mined) -> str:
    """`minekvm.index/1`: what indexing did, and what is there now."""
    return _index(found.status, found.added, found.removed)


def index_status(found: IndexStatus | None) -> str:
    """`minekvm.index/1` with nothing added or removed; all null where there is no index."""
    return _index(found, None, None)


def _index(there: IndexStatus | None, added: int | None, removed: int | None) -> str:
    names = ("path", "commits", "mentions", "paths", "people", "blobs", "size", "indexed")
    facts = {name: getattr(there, name) if there else None for name in names}
    return dumped(
        {
            "schema": "minekvm.index/1",
            **facts,
            "indexed": facts["indexed"] or None,
            "added": added,
            "removed": removed,
            "gaps": [],
        }
    )


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


def citation_row(citation: Citation | None) -> dict[str, Any] | None:
    if citation is None:
        return None
    return cited_row(citation.commit, citation.first, citation.last, citation.quote)


def cited_row(commit: CommitId, first: int, last: int, quote: str) -> dict[str, Any]:
    return {
        "commit": commit,
        "place": {"kind": "message", "lines": [first, last]},
        "quote": quote,
    }


def event_row(event: Event, commit: Commit) -> dict[str, Any]:
    return {
        "commit": event.commit,
        "parent": event.parent,
        "authored": commit.authored,
        "author": commit.author,
        "subject": commit.subject,
        "kinds": list(event.change.kinds),
        "old": version_row(event.change.old),
        "new": version_row(event.change.new),
        "rule": event.change.rule,
        "score": round(event.change.score, 4),
        "others": [version_row(v) for v in event.change.others],
    }


def named_row(version: FunctionVersion | None) -> dict[str, Any] | None:
    full = version_row(version)
    return None if full is None else {"path": full["path"], "name": full["name"]} | full


def version_row(version: FunctionVersion | None) -> dict[str, Any] | None:
    if version is None:
        return None
    function = version.function
    return {
        "path": version.path,
        "name": function.name,
        "kind": function.kind,
        "condition": function.condition,
        "start_line": function.start_line,
        "end_line": function.end_line,
    }


def gap_row(gap: Gap) -> dict[str, Any]:
    return {"what": gap.what, "why": gap.why, "commit": gap.commit, "path": gap.path}


def dumped(value: dict[str, Any]) -> str:
    return json.dumps(value, ensure_ascii=True, indent=2)
