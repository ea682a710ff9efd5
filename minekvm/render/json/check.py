"""`minekvm.check/1`: what speaks against some changes."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from minekvm.render.json.inspect import named_row
from minekvm.render.json.needs import change_row, trial_row
from minekvm.render.json.rows import citation_row, commits_row, gap_row

if TYPE_CHECKING:
    from minekvm.core.check.model import Behind, Checked, Finding
    from minekvm.core.model import Change


def value(found: Checked) -> dict[str, Any]:
    """The findings, the gravest first, and what a reviewer should know beside them."""
    return {
        "schema": "minekvm.check/1",
        "changes": [change_row(change) for change in found.changes],
        "onto": found.onto,
        "findings": [_finding(finding) for finding in found.findings],
        "trials": [trial_row(trial) for trial in found.trials],
        "functions": [row for change in found.functions for row in _functions(change)],
        "history": [_behind(behind) for behind in found.behind],
        "callers": [
            {"callee": c.callee, "path": c.path, "function": c.function, "line": c.line}
            for c in found.callers
        ],
        "commits": commits_row(found.commits),
        "gaps": [gap_row(gap) for gap in found.gaps],
    }


def _finding(finding: Finding) -> dict[str, Any]:
    return {
        "rule": finding.rule,
        "severity": finding.severity,
        "path": finding.path,
        "line": finding.line,
        "text": finding.text,
        "citations": [citation_row(citation) for citation in finding.citations],
    }


def _functions(change: Change) -> list[dict[str, Any]]:
    return [
        {
            "kind": kind,
            "old": named_row(change.old),
            "new": named_row(change.new),
            "rule": change.rule,
            "score": round(change.score, 4),
        }
        for kind in change.kinds
    ]


def _behind(behind: Behind) -> dict[str, Any]:
    return {
        "path": behind.path,
        "function": behind.function,
        "wrote": [
            {
                "commit": wrote.commit,
                "mends": wrote.mends,
                "reason": [citation_row(citation) for citation in wrote.reason],
            }
            for wrote in behind.wrote
        ],
    }
