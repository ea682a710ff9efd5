"""What made a commit possible, by names: who introduced what it begins to call.

Used by `why` and by `origins`. The commits that may have given a name are those that the index of
changed words has; where that is not made yet, in a small clone those that last wrote the lines that
begin it, and in a large one a gap says how to have them.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator

from minekvm.adapters.git import blame, shadow
from minekvm.adapters.git.revisions import is_ancestor
from minekvm.adapters.index.index import Index
from minekvm.clone.clone import Clone
from minekvm.core.model import Commit, CommitId, Gap
from minekvm.core.origins.enabling import (
    SEASON,
    Begun,
    Enabler,
    Given,
    begun,
    given,
    nearness,
)

_MOST_COMMITS = 40  # commits in which a name's beginning is looked for
_MOST_NAMES = 8  # names that a commit begins to call that are looked into, by the index
_FEW_NAMES = 3  # ... without it
_ALL_OVER = 24  # earlier commits that changed lines with a name from which it is no news
_FILES = 12  # files with a name from which it is no news
_DEFINED = 3  # files that define a name whose past is read
_WIDE = 48  # source files from which a commit is not compared
_WORD = re.compile(r"[A-Za-z_]\w{2,}")


def introduced(
    clone: Clone, name: str, path: str, by: CommitId, older: Iterable[CommitId]
) -> tuple[CommitId, Given] | None:
    """Which of some commits, newest first, before one gave a name that code in a file can call.

    The one that gave it newly, or under a new name; else the last that changed its parameters; None
    where that was long before.
    """
    limit = clone.history.commit(by).committed
    changed: tuple[CommitId, Given] | None = None
    is_old = False
    for commit in reversed(list(older)[-_MOST_COMMITS:]):
        about = clone.history.commit(commit)
        if limit - about.committed > SEASON:
            is_old = True
            continue
        if len(about.parents) != 1:
            continue
        found = given(clone.history.pairs(commit, about.parents[0]), name, path)
        if found is not None and found.parameters:
            changed = commit, found
        elif found is not None and not is_old:
            return commit, found
    return changed


def by_names(clone: Clone, about: Commit) -> Iterator[Enabler]:
    """The ancestors of a commit that introduced what it begins to call, if that was news then."""
    if len(about.parents) != 1:
        return
    parent = about.parents[0]
    if len(clone.history.changes.files(about.id, parent)) > _WIDE:
        return
    told = frozenset(_WORD.findall(about.message))
    news = begun(clone.history.pairs(about.id, parent), told)
    index = _worded(clone, about.id)
    if index is None and news and not shadow.is_small(clone.location):
        # Reading each name's past costs up to twenty seconds in a history of 80,000 commits.
        why = "who introduced them is told with the words of changes: minekvm index --words"
        clone.history.gaps.note(Gap("helpers that it begins to call", why, about.id))
        return
    gave: dict[CommitId, list[tuple[Begun, Given]]] = {}
    for one in news[: _MOST_NAMES if index else _FEW_NAMES]:
        older = _by_index(clone, index, about, one) if index else _by_past(clone, parent, one)
        found = introduced(clone, one.name, one.caller.path, about.id, older)
        if found is not None and is_ancestor(clone.shadow, found[0], about.id):
            gave.setdefault(found[0], []).append((one, found[1]))
    for commit, some in gave.items():
        near = nearness(about.committed - clone.history.commit(commit).committed)
        rule = "helper-parameters" if all(g.parameters for _, g in some) else "helper"
        if rule == "helper" or any(one.spoken for one, _ in some):
            text = f"{_told(some)}, which this commit begins to call"
            yield Enabler(commit, rule, text, near, any(one.spoken for one, _ in some))


def _told(some: list[tuple[Begun, Given]]) -> str:
    """ "introduced f() and g()", of what one commit gave."""
    parts: dict[str, list[str]] = {}
    for one, how in some:
        verb = "introduced"
        if how.former:
            verb = f"renamed {how.former}() to"
        elif how.parameters:
            verb = "changed the parameters of"
        parts.setdefault(verb, []).append(f"{one.name}()")
    return " and ".join(f"{verb} {', '.join(names)}" for verb, names in parts.items())


def _worded(clone: Clone, commit: CommitId) -> Index | None:
    """The index, if it has a commit and every changed word."""
    index = clone.stored
    if clone.partial is not None or index is None or index.about(commit) is None:
        return None
    if index.unworded():
        return None
    return index


def _by_index(clone: Clone, index: Index, about: Commit, one: Begun) -> list[CommitId]:
    """The older commits that changed a line with a name; none where these are too many."""
    found = dict.fromkeys(p.commit for p in index.changing(one.name))
    older = [
        c for c in found if c != about.id and clone.history.commit(c).committed <= about.committed
    ]
    return older if len(older) <= _ALL_OVER else []


def _by_past(clone: Clone, parent: CommitId, one: Begun) -> list[CommitId]:
    """The commits that wrote the head of a name's definition, as it stands; newest first."""
    standing = clone.history.standing([one.name], parent)
    paths = sorted({v.path for v in standing})
    if not standing or len(paths) > _DEFINED or _all_over(clone, parent, one):
        return []
    since = clone.history.commit(parent).committed - SEASON
    touches = {
        commit
        for v in standing
        for commit in blame.writers(clone.shadow, parent, v.path, v.function.start_line, since)
    }
    return sorted(touches, key=lambda c: -clone.history.commit(c).committed)


def _all_over(clone: Clone, parent: CommitId, one: Begun) -> bool:
    return len(clone.history.trees.files_naming([one.name], parent)) > _FILES
