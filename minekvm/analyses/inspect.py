"""What one commit did to functions and other symbols, against each of its parents."""

from __future__ import annotations

from minekvm.adapters.pydriller import Drill
from minekvm.clone.clone import Clone
from minekvm.clone.declared import DeclaredHistory
from minekvm.core.declared.compare import commit_changes, own
from minekvm.core.lineage.past import begun, changes_of
from minekvm.core.model import CommitId, Event, Inspection


def inspect(clone: Clone, revision: str) -> Inspection:
    """All that one commit did to functions and to what else is declared.

    Its whole message is read by PyDriller.
    """
    clone.progress(f"comparing the functions of {revision}")
    drill = Drill(clone.shadow, clone.history.gaps.note)
    commit = clone.resolve_port(revision)
    as_git_has_it = clone.history.commit(commit)
    changes = function_changes(clone, commit)
    declared = declared_changes(clone, commit)
    whole = drill.commits([commit]).get(commit, as_git_has_it)
    return Inspection(whole, changes, tuple(clone.history.gaps), declared)


def function_changes(clone: Clone, commit: CommitId) -> tuple[Event, ...]:
    """What a commit did to functions, one event each and parent; what cannot be read is noted."""
    parents = clone.history.commit(commit).parents or (None,)
    return tuple(
        Event(commit, parent, change)
        for parent in parents
        for change in changes_of(clone.history, commit, parent)
    )


def declared_changes(clone: Clone, commit: CommitId) -> tuple[Event, ...]:
    """What a commit did to symbols that are no functions, as their lineages tell of it."""
    compared = DeclaredHistory(clone.repository, clone.history).between(commit)
    sides = [(parent, commit_changes(pairs)) for parent, pairs in compared]
    if len(sides) > 1:
        sides = own(sides)
    return tuple(
        Event(commit, parent, change)
        for parent, found in sides
        for change in begun(clone.history, commit, parent, found)
    )
