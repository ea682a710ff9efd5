"""What one commit did to functions, against each of its parents."""

from __future__ import annotations

from minekvm.adapters.pydriller import Drill
from minekvm.clone.clone import Clone
from minekvm.core.lineage.past import changes_of
from minekvm.core.model import CommitId, Event, Inspection


def inspect(clone: Clone, revision: str) -> Inspection:
    """Every function-level change of one commit; its whole message is read by PyDriller."""
    clone.progress(f"comparing the functions of {revision}")
    drill = Drill(clone.shadow, clone.history.gaps.note)
    commit = clone.resolve_port(revision)
    as_git_has_it = clone.history.commit(commit)
    changes = function_changes(clone, commit)
    whole = drill.commits([commit]).get(commit, as_git_has_it)
    return Inspection(whole, changes, tuple(clone.history.gaps))


def function_changes(clone: Clone, commit: CommitId) -> tuple[Event, ...]:
    """What a commit did to functions, one event each and parent; what cannot be read is noted."""
    parents = clone.history.commit(commit).parents or (None,)
    return tuple(
        Event(commit, parent, change)
        for parent in parents
        for change in changes_of(clone.history, commit, parent)
    )
