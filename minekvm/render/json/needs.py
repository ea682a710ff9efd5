"""`minekvm.needs/1`: what a target lacks for some changes."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from minekvm.render.json.rows import citation_row, commits_row, gap_row

if TYPE_CHECKING:
    from minekvm.core.needs.model import Around, Change, Meant, Need, Needs, Plan, Trial


def value(found: Needs) -> dict[str, Any]:
    """The needs, what is lacking first; how each change applies; what to take in order."""
    commits = [change.commit for change in found.changes if not change.posted]
    return {
        "schema": "minekvm.needs/1",
        "commit": commits[-1] if commits else None,
        "changes": [change_row(change) for change in found.changes],
        "onto": found.onto,
        "needs": [_need(need) for need in found.needs],
        "applies": found.applies,
        "trials": [trial_row(trial) for trial in found.trials],
        "places": [place_row(place) for place in found.places],
        "plan": _plan(found.plan),
        "notes": list(found.notes),
        "commits": commits_row(found.commits),
        "gaps": [gap_row(gap) for gap in found.gaps],
    }


def change_row(change: Change) -> dict[str, Any]:
    """A change that was asked about; a patch has no commit."""
    commit = None if change.posted else change.commit
    return {"commit": commit, "name": change.name, "subject": change.subject}


def _need(need: Need) -> dict[str, Any]:
    return {
        "commit": need.commit,
        "state": need.standing.state,
        "as": need.standing.commit,
        "how": need.standing.rule,
        "kinds": list(need.kinds),
        "reasons": [
            {
                "kind": reason.kind,
                "rule": reason.rule,
                "grade": reason.grade,
                "text": reason.text,
                "citations": [citation_row(citation) for citation in reason.citations],
            }
            for reason in need.reasons
        ],
        "by": need.by,
        "required": need.required,
        "after": need.after,
    }


def trial_row(trial: Trial) -> dict[str, Any]:
    """A change applied in memory."""
    return {
        "applies": trial.applies,
        "fuzz": trial.fuzz,
        "empty": trial.empty,
        "conflicts": [
            {
                "path": conflict.path,
                "function": conflict.function,
                "lines": [conflict.first, conflict.last],
                "how": conflict.how,
                "commits": list(conflict.commits),
            }
            for conflict in trial.conflicts
        ],
    }


def place_row(place: Meant) -> dict[str, Any]:
    """A call at a place that two trees do not agree about, or that is forbidden there."""
    return {
        "call": place.call,
        "function": place.function,
        "path": place.path,
        "line": place.line,
        "here": _around(place.here),
        "there": place.there,
        "commit": place.commit,
        "ours": place.ours,
    }


def _around(around: Around) -> dict[str, Any]:
    return {
        "enter": around.enter,
        "exit": around.exit,
        "function": around.function,
        "path": around.path,
        "state": around.state,
        "rule": around.rule,
        "reason": around.reason,
    }


def _plan(plan: Plan | None) -> dict[str, Any] | None:
    if plan is None:
        return None
    return {
        "order": list(plan.order),
        "commits": plan.commits,
        "lines": plan.lines,
        "applies": plan.applies,
    }
