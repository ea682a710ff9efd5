"""`minekvm.blame/1`: each line with its writer and its way, the writing first; the commits."""

from __future__ import annotations

from typing import Any

from minekvm.core.blame.model import Blame, Line
from minekvm.render.json.rows import gap_row


def value(found: Blame) -> dict[str, Any]:
    """Who wrote each line."""
    return {
        "schema": "minekvm.blame/1",
        "asked": found.asked,
        "rev": found.rev,
        "lines": [_line(line) for line in found.lines],
        "commits": {
            c.id: {
                "author": c.author,
                "email": c.email,
                "authored": c.authored,
                "subject": c.subject,
                "begins": c.id in found.begins,
                "why": _why(found, c.id),
            }
            for c in found.commits.values()
        },
        "looked_through": [{"commit": t.commit, "why": t.why} for t in found.looked_through],
        "gaps": [gap_row(g) for g in found.gaps],
    }


def _line(line: Line) -> dict[str, Any]:
    row = {
        "path": line.path,
        "line": line.line,
        "text": line.text,
        "commit": line.commit,
        "old_path": line.old_path,
        "old_line": line.old_line,
        "way": [{"commit": step.commit, "kind": step.how} for step in line.way],
    }
    if line.tokens:
        row["tokens"] = [
            {"column": t.column, "text": t.text, "commit": t.commit} for t in line.tokens
        ]
    return row


def _why(found: Blame, commit: Any) -> dict[str, Any] | None:
    reason = found.reasons.get(commit)
    if reason is None:
        return None
    return {"quote": reason.text, "lines": [reason.first, reason.last]}
