"""`minekvm.report/1`: a story told of a clone, in one document."""

from __future__ import annotations

from dataclasses import asdict
from datetime import UTC, datetime
from typing import Any

from minekvm.core.lineage import words
from minekvm.core.model import Change
from minekvm.core.report.model import Edge, Report, ReportCommit, ReportEvent
from minekvm.render.json import callers, lineage, region, thread, why
from minekvm.render.json.claims import claim_row
from minekvm.render.json.rows import citation_row, gap_row, version_row


def value(report: Report) -> dict[str, Any]:
    """The document, as reports/README.md tells it."""
    return {
        "schema": "minekvm.report/1",
        "version": report.version,
        "notice": report.notice,
        "title": report.title,
        "query": asdict(report.query),
        "clone": asdict(report.clone),
        "answer": [claim_row(claim) for claim in report.answer],
        "answers": [why.value(answer) for answer in report.answers],
        "regions": [region.value(each) for each in report.regions],
        "lineages": [lineage.value(told) for told in report.lineages],
        "ledger": [callers.value(history) for history in report.callers],
        "relations": {"nodes": list(report.nodes), "edges": [_edge(e) for e in report.edges]},
        "commits": {id_: _commit(commit) for id_, commit in report.commits.items()},
        "events": [_event(event) for event in report.events],
        "missing": [asdict(missing) for missing in report.missing],
        "gaps": [gap_row(gap) for gap in report.gaps],
        "reproduce": asdict(report.reproduce),
    }


def _edge(edge: Edge) -> dict[str, Any]:
    return {
        "source": edge.source,
        "target": edge.target,
        "kind": edge.kind,
        "rule": edge.rule,
        "citation": citation_row(edge.citation),
    }


def _commit(told: ReportCommit) -> dict[str, Any]:
    commit = told.commit
    return {
        "author": commit.author,
        "authored": commit.authored,
        "committed": datetime.fromtimestamp(commit.committed, UTC).isoformat(),
        "subject": commit.subject,
        "message": commit.message,
        "parents": list(commit.parents),
        "files": list(told.files),
        "url": told.url,
        "changes": [_change(change) for change in told.changes],
        "left_out": told.left_out,
        "first_tag": told.first_tag or None,
        "thread": None if told.thread is None else thread.value(told.thread),
    }


def _change(change: Change) -> dict[str, Any]:
    return {
        "kinds": list(change.kinds),
        "old": version_row(change.old),
        "new": version_row(change.new),
        "rule": change.rule,
        "score": round(change.score, 4),
        "diff": "\n".join(words.diff(change)),
    }


def _event(event: ReportEvent) -> dict[str, Any]:
    return {**asdict(event), "kinds": list(event.kinds)}
