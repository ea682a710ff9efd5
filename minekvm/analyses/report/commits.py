"""The commits of a story: who, when, why in their own words, and what they did to functions."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Sequence

from minekvm.adapters.git import containing
from minekvm.analyses.inspect import function_changes
from minekvm.analyses.thread import thread_of
from minekvm.clone.clone import Clone
from minekvm.core.lineage import words
from minekvm.core.model import Change, Commit, CommitId
from minekvm.core.report.model import ReportCommit

_FILES = 40  # C files of a commit; what touches more is a sweep, and only the story's part is told
_CHANGES = 30  # functions told of one commit
_LISTED = 200  # files named of one commit


def commits(
    clone: Clone,
    order: Sequence[CommitId],
    changes: Iterable[tuple[CommitId, Change]],
    names: Collection[str],
    web: str | None,
) -> dict[CommitId, ReportCommit]:
    """What the report says of each commit, in a given order.

    `changes` are those that the sections told of; a commit's others are looked up. `names` are the
    story's symbols: changes of them come first.
    """
    told: dict[CommitId, list[Change]] = {}
    for commit, change in changes:
        told.setdefault(commit, []).append(change)
    found: dict[CommitId, ReportCommit] = {}
    mails = clone.index.mails.any()
    tags = containing.first_tags(clone.shadow, order)
    for number, commit in enumerate(order):
        clone.progress("reading the commits", number, len(order))
        about = clone.history.commit(commit)
        touched = [t.path for t in clone.index.touched(commit)]
        every = [*told.get(commit, ()), *_others(clone, about, len(touched))]
        unique = list({_identity(c): c for c in reversed(every)}.values())[::-1]
        unique.sort(key=lambda c: (not _of(c, names), words.rank(c)))
        paths = touched or sorted({v.path for c in unique for v in (c.old, c.new) if v})
        found[commit] = ReportCommit(
            about,
            tuple(paths[:_LISTED]),
            web.replace("%s", about.id) if web else None,
            tuple(unique[:_CHANGES]),
            len(unique[_CHANGES:]),
            thread_of(clone, commit) if mails else None,
            tags.get(commit, ""),
        )
    return found


def _others(clone: Clone, about: Commit, touched: int) -> list[Change]:
    """Everything that a commit did to functions, where it is neither a sweep nor a merge."""
    if len(about.parents) > 1 or not 0 < touched <= _FILES:
        return []
    return [e.change for e in function_changes(clone, about.id)]


def _identity(change: Change) -> tuple[object, ...]:
    return tuple(v and (v.path, v.name, v.function.start_line) for v in (change.old, change.new))


def _of(change: Change, names: Collection[str]) -> bool:
    return any(v is not None and v.name in names for v in (change.old, change.new))
