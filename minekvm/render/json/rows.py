"""What JSON documents have in common: versions of functions, gaps, citations, commits."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from minekvm.core.declarations import DECLARED
from minekvm.core.lineage.wraps import wraps
from minekvm.core.model import Change, CommitId, FunctionVersion, Gap

if TYPE_CHECKING:
    from collections.abc import Mapping

    from minekvm.core.relate.relations import About, Citation


def gap_row(gap: Gap) -> dict[str, Any]:
    """What could not be read or told."""
    return {"what": gap.what, "why": gap.why, "commit": gap.commit, "path": gap.path}


def version_row(version: FunctionVersion | None) -> dict[str, Any] | None:
    """A definition in a file."""
    if version is None:
        return None
    function = version.function
    row = {
        "path": version.path,
        "name": function.name,
        "kind": function.kind,
        "condition": function.condition,
        "start_line": function.start_line,
        "end_line": function.end_line,
    }
    return row | {"type": function.signature} if function.kind in DECLARED else row


def wraps_row(change: Change) -> dict[str, Any]:
    """The pairs of calls that a change put around others; nothing where it put none."""
    found = wraps(change)
    if not found:
        return {}
    rows = [{"calls": list(w.calls), "enter": w.opens, "exit": w.closes} for w in found]
    return {"wraps": rows}


def citation_row(citation: Citation | None) -> dict[str, Any] | None:
    """Words of a message with their place."""
    if citation is None:
        return None
    return cited_row(citation.commit, citation.first, citation.last, citation.quote)


def cited_row(commit: CommitId, first: int, last: int, quote: str) -> dict[str, Any]:
    """The same of lines that are given one by one."""
    return {
        "commit": commit,
        "place": {"kind": "message", "lines": [first, last]},
        "quote": quote,
    }


def commits_row(commits: Mapping[CommitId, About]) -> dict[str, Any]:
    """What is known of commits, by hash."""
    return {
        commit: {"subject": about.subject, "author": about.author, "authored": about.authored}
        for commit, about in commits.items()
    }
