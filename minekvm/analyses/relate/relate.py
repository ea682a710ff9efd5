"""Verb 2, for commits: what one commit has to do with others, and what connects two.

Readable top to bottom, no printing.
"""

from __future__ import annotations

from collections.abc import Sequence

from minekvm.adapters.git.patches import patch_ids
from minekvm.adapters.index.index import Index
from minekvm.analyses.relate.same_functions import SameFunctionChanges
from minekvm.clone.clone import Clone
from minekvm.core.model import CommitId, Gap
from minekvm.core.relate import relations, series
from minekvm.core.relate.paths import STEPS, Connected, connect
from minekvm.core.relate.relations import About, Related, Relation, Unresolved

_TWINS = 40  # commits whose patch is compared
_TO_CONNECT = 40  # commits of whose functions other changes are looked up, to connect two


def relate(clone: Clone, revision: str) -> Related:
    """Every relation of a commit, in both directions, strongest first."""
    commit = clone.resolve_indexed(revision)
    _, unresolved, links = relations.outward(clone.index, commit)
    touching = SameFunctionChanges(clone.index, clone.history)
    found = [*_same_patch(clone, commit), *spoken(clone.index, commit), *touching.around(commit)]
    ordered = sorted(relations.once(found), key=relations.strength)
    commits = _known(clone.index, [commit, *(r.other for r in found), *_fitting(unresolved)])
    gaps = (*clone.history.gaps, *touching.gaps)
    people = tuple((k, v) for _, k, v in clone.index.trailers(commit) if _names_people(k))
    return Related(commit, tuple(ordered), tuple(unresolved), tuple(links), people, commits, gaps)


def spoken(index: Index, commit: CommitId) -> list[Relation]:
    """What messages say, in both directions, and what came in the same series."""
    out, _, _ = relations.outward(index, commit)
    found = [*out, *relations.inward(index, commit), *relations.siblings(index, commit)]
    return [*found, *_same_series(index, commit)]


def _same_series(index: Index, commit: CommitId) -> list[Relation]:
    found = series.by_mail(index, commit, index.in_series)
    known = {r.other for r in found}
    rule = "consecutive commits by one author under one prefix"
    for other in series.in_line(index, commit):
        if other not in known and other != commit:
            found.append(Relation("same-series", "out", other, rule))
            known.add(other)
    brought = series.merge_of(index, commit, index.merging)
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


def connection(clone: Clone, revisions: tuple[str, str]) -> Connected:
    """The paths of relations between two commits."""
    start, goal = (clone.resolve_indexed(r) for r in revisions)
    touching = SameFunctionChanges(clone.index, clone.history)
    clone.progress("looking for what connects them")
    shared = touching.both(start, goal)

    def said(commit: CommitId) -> list[Relation]:
        found = spoken(clone.index, commit)
        return [*found, shared] if shared is not None and commit == start else found

    asked: set[CommitId] = set()

    def done(commit: CommitId) -> list[Relation]:
        asked.add(commit)
        return [
            *said(commit),
            *(touching.around(commit) if len(asked) <= _TO_CONNECT else ()),
        ]

    found = connect(start, goal, said)
    if not found.paths:
        found = connect(start, goal, done)
    steps = [s for p in found.paths for s in p]
    commits = _known(clone.index, [start, goal, *(s.relation.other for s in steps)])
    gaps = list(clone.history.gaps)
    extent = f"{found.opened} commits were looked into, up to {STEPS} steps"
    if found.cut:
        gaps.append(Gap("paths", f"the search was given up: {extent}"))
    elif not found.paths:
        gaps.append(Gap("paths", extent))
    return Connected(start, goal, found.paths, commits, tuple(gaps))


def _known(index: Index, commits: Sequence[CommitId]) -> dict[CommitId, About]:
    return {c: about for c in commits if (about := index.about(c)) is not None}


def _names_people(key: str) -> bool:
    return key.casefold().endswith("-by") or key.casefold() == "cc"


def _fitting(unresolved: Sequence[Unresolved]) -> list[CommitId]:
    return [c for u in unresolved for c in (u.resolution.commit, *u.resolution.others) if c]
