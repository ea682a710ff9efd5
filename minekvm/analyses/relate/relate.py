"""Verb 2, for commits: what one commit has to do with others, and what connects two.

Readable top to bottom, no printing.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import replace
from functools import partial

from minekvm.adapters.git.patches import patch_ids
from minekvm.adapters.index.index import Index
from minekvm.analyses.relate.same_functions import SameFunctionChanges
from minekvm.clone import surroundings
from minekvm.clone.clone import Clone
from minekvm.core.messages.trailers import names_people
from minekvm.core.model import CommitId, Gap
from minekvm.core.relate import mentions, series
from minekvm.core.relate.kinds import strength
from minekvm.core.relate.paths import STEPS, Connected, Step, connect, stated_first
from minekvm.core.relate.relations import About, Citation, Related, Relation, Unresolved
from minekvm.errors import UnknownCommit

_TWINS = 40  # commits whose patch is compared
_MANY = 12  # commits that one names, from which it is a squash or a summary
_TO_CONNECT = 40  # commits of whose functions other changes are looked up, to connect two


def relate(clone: Clone, revision: str) -> Related:
    """Every relation of a commit, in both directions, strongest first."""
    partial = clone.narrow()
    commit = clone.resolve_indexed(revision)
    if partial is not None:
        surroundings.beside(partial, commit)
        surroundings.cited(partial, commit)
        surroundings.citing(partial, commit)
    _, unresolved, links = mentions.outward(clone.index, commit)
    touching = SameFunctionChanges(clone)
    found = [r for finder in FINDERS for r in finder(clone, commit)]
    found = [_under_another_hash(clone, r) for r in found] + touching.around(commit)
    ordered = sorted(mentions.once(found), key=strength)
    commits = _known(clone.index, [commit, *(r.other for r in found), *_fitting(unresolved)])
    gaps = (*clone.history.gaps, *touching.gaps)
    people = tuple((k, v) for _, k, v in clone.index.trailers(commit) if names_people(k))
    return Related(commit, tuple(ordered), tuple(unresolved), tuple(links), people, commits, gaps)


def _under_another_hash(clone: Clone, relation: Relation) -> Relation:
    """A relation to a commit off every ref, to its copy that is on one, where there is one."""
    if relation.here:
        return relation
    try:
        lost = clone.repository.commit(relation.other)
    except UnknownCommit:
        return relation
    copies = [
        c
        for c in clone.index.titled(lost.subject)
        if (about := clone.index.about(c)) is not None and about.email == lost.email
    ]
    if len(copies) != 1:
        return relation
    return replace(relation, other=copies[0], here=True, outcome="by subject")


def spoken(index: Index, commit: CommitId, known: series.Branches | None = None) -> list[Relation]:
    """What messages say, in both directions, and what came in the same series.

    `known` as in `series.merge_of`.
    """
    together = _same_series(index, commit, known)
    return [*_stated(index, commit), *_same_change(index, commit), *together]


def told_by(index: Index, commit: CommitId, known: series.Branches) -> list[Relation]:
    """Those of `spoken` that go out from a commit: what others say of it is not looked for."""
    out, _, _ = mentions.outward(index, commit)
    found = [*out, *mentions.siblings(index, commit), *_same_change(index, commit)]
    return [*found, *(r for r in _same_series(index, commit, known) if r.direction == "out")]


def _stated(index: Index, commit: CommitId) -> list[Relation]:
    """What messages say of other commits, in both directions."""
    out, _, _ = mentions.outward(index, commit)
    return [*out, *mentions.inward(index, commit), *mentions.siblings(index, commit)]


def _same_change(index: Index, commit: CommitId) -> list[Relation]:
    """The commits of the same Change-Id: copies of one patch, on several branches."""
    return [
        Relation("same-patch", "out", other, f"both are change {value}", _line(commit, line, value))
        for other, line, value in index.of_one_change(commit)
    ]


def _line(commit: CommitId, line: int, value: str) -> Citation:
    return Citation(commit, line, line, value)


def _same_series(
    index: Index, commit: CommitId, branches: series.Branches | None = None
) -> list[Relation]:
    found = series.by_mail(index, commit, index.in_series)
    known = {r.other for r in found}
    rule = "consecutive commits by one author under one prefix"
    for other in series.in_line(index, commit):
        if other not in known and other != commit:
            found.append(Relation("same-series", "out", other, rule))
            known.add(other)
    brought = series.merge_of(index, commit, index.merging, branches)
    if brought is not None:
        merge, branch = brought
        found.append(Relation("same-series", "in", merge, "the merge that brought it in"))
        if series.of_one_mind(index, branch):
            rule = f"brought in by the same merge, {merge[:12]}"
            found += [
                Relation("same-series", "out", other, rule)
                for other in branch
                if other != commit and other not in known
            ]
    return found


def _same_patch(clone: Clone, commit: CommitId) -> list[Relation]:
    """The commits that make the same change, line numbers and white space aside."""
    about = clone.index.about(commit)
    assert about is not None
    twins = [*clone.index.titled(about.subject), *clone.index.written_with(commit)]
    twins = [c for c in dict.fromkeys(twins) if c != commit][:_TWINS]
    if not twins:
        return []
    ids = patch_ids(clone.shadow, [commit, *twins])
    if commit not in ids:
        return []
    return [
        Relation("same-patch", "out", c, f"equal patch-id {ids[c][:12]}")
        for c in twins
        if ids.get(c) == ids[commit]
    ]


Finder = Callable[[Clone, CommitId], list[Relation]]

# What looks for relations, each on its own; `SameFunctionChanges` keeps gaps and is asked last.
FINDERS: tuple[Finder, ...] = (
    _same_patch,
    lambda clone, commit: _stated(clone.index, commit),
    lambda clone, commit: _same_change(clone.index, commit),
    lambda clone, commit: _same_series(clone.index, commit),
)


def connection(clone: Clone, revisions: tuple[str, str]) -> Connected:
    """The paths of relations between two commits."""
    start, goal = (clone.resolve_indexed(r) for r in revisions)
    index, touching = clone.index, SameFunctionChanges(clone)
    clone.progress("looking for what connects them")
    shared = touching.both(start, goal)
    asked: set[CommitId] = set()

    def done(commit: CommitId) -> list[Relation]:
        asked.add(commit)
        return [
            *spoken(index, commit),
            *(touching.around(commit) if len(asked) <= _TO_CONNECT else ()),
        ]

    is_hub = partial(_is_hub, index)
    found = connect(start, goal, partial(spoken, index), is_hub)
    if not found.paths and shared is None:
        found = connect(start, goal, done, is_hub)
    direct = ((Step(start, shared),),) if shared is not None and start != goal else ()
    found = replace(found, paths=stated_first([*direct, *found.paths]))
    steps = [s for p in found.paths for s in p]
    commits = _known(clone.index, [start, goal, *(s.relation.other for s in steps)])
    clone.note_unread()
    gaps = [*clone.history.gaps, *touching.gaps]
    extent = f"{found.opened} commits were looked into, up to {STEPS} steps"
    if found.cut:
        gaps.append(Gap("paths", f"the search was given up: {extent}"))
    elif not found.paths:
        gaps.append(Gap("paths", extent))
    return Connected(start, goal, found.paths, commits, tuple(gaps))


def _is_hub(index: Index, commit: CommitId) -> bool:
    """Whether a commit ties nothing to anything: a merge, or one that names very many others."""
    if len(index.parents(commit)) > 1:
        return True
    named = {m.hash or m.subject for m in index.mentions(commit) if m.kind != "link"}
    return len(named) > _MANY


def _known(index: Index, commits: Sequence[CommitId]) -> dict[CommitId, About]:
    return {c: about for c in commits if (about := index.about(c)) is not None}


def _fitting(unresolved: Sequence[Unresolved]) -> list[CommitId]:
    return [c for u in unresolved for c in (u.resolution.commit, *u.resolution.others) if c]
