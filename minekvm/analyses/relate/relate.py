"""Verb 2, for commits: what one commit has to do with others, and what connects two.

Readable top to bottom, no printing.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING

from minekvm.adapters.git import shadow
from minekvm.adapters.git.patches import patch_ids
from minekvm.adapters.index.index import Index
from minekvm.clone.clone import Progress, Tell, silent, unheard
from minekvm.clone.desk import Desk, desk
from minekvm.core.model import CommitId, Gap
from minekvm.core.relate import relations, series
from minekvm.core.relate.paths import STEPS, Connected, connect
from minekvm.core.relate.relations import About, Related, Relation, Unresolved

if TYPE_CHECKING:
    from minekvm.analyses.origins import Question
    from minekvm.core.origins.ranking import Cited, Origins

_FIXED, _CITED, _FURTHER = 30.0, 12.0, 2.0  # what a citation adds to an origin's score
_TWINS = 40  # commits whose patch is compared
_TO_CONNECT = 40  # commits of whose functions other changes are looked up, to connect two


def relate(
    path: Path,
    revision: str,
    where: Path | None = None,
    progress: Progress = silent,
    tell: Tell = unheard,
) -> Related:
    """Every relation of a commit, in both directions, strongest first."""
    with desk(path, where, progress, tell) as at:
        commit = at.resolve(revision)
        _, unresolved, links = relations.outward(at.index, commit)
        found = [*_same_patch(at, commit), *spoken(at.index, commit), *at.touching.around(commit)]
        ordered = sorted(relations.once(found), key=relations.strength)
        commits = _known(at.index, [commit, *(r.other for r in found), *_fitting(unresolved)])
        gaps = (*at.it.history.gaps, *at.touching.gaps)
        people = tuple((k, v) for _, k, v in at.index.trailers(commit) if _names_people(k))
        return Related(
            commit, tuple(ordered), tuple(unresolved), tuple(links), people, commits, gaps
        )


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


def _same_patch(at: Desk, commit: CommitId) -> list[Relation]:
    """The commits that make the same change, line numbers and white space aside."""
    about = at.index.about(commit)
    assert about is not None
    twins = [*at.index.titled(about.subject), *at.index.written_with(commit)]
    twins = [c for c in dict.fromkeys(twins) if c != commit][:_TWINS]
    if not twins:
        return []
    ids = patch_ids(at.it.shadow, [commit, *twins])
    if commit not in ids:
        return []
    return [
        Relation("same-patch", "out", c, f"equal patch-id {ids[c][:12]}")
        for c in twins
        if ids.get(c) == ids[commit]
    ]


def connection(
    path: Path,
    revisions: tuple[str, str],
    where: Path | None = None,
    progress: Progress = silent,
    tell: Tell = unheard,
) -> Connected:
    """The paths of relations between two commits."""
    with desk(path, where, progress, tell) as at:
        start, goal = (at.resolve(r) for r in revisions)
        progress("looking for what connects them")
        shared = at.touching.both(start, goal)

        def said(commit: CommitId) -> list[Relation]:
            found = spoken(at.index, commit)
            return [*found, shared] if shared is not None and commit == start else found

        asked: set[CommitId] = set()

        def done(commit: CommitId) -> list[Relation]:
            asked.add(commit)
            return [
                *said(commit),
                *(at.touching.around(commit) if len(asked) <= _TO_CONNECT else ()),
            ]

        found = connect(start, goal, said)
        if not found.paths:
            found = connect(start, goal, done)
        steps = [s for p in found.paths for s in p]
        commits = _known(at.index, [start, goal, *(s.relation.other for s in steps)])
        gaps = list(at.it.history.gaps)
        extent = f"{found.opened} commits were looked into, up to {STEPS} steps"
        if found.cut:
            gaps.append(Gap("paths", f"the search was given up: {extent}"))
        elif not found.paths:
            gaps.append(Gap("paths", extent))
        return Connected(start, goal, found.paths, commits, tuple(gaps))


def origins(
    path: Path,
    revision: str,
    question: Question,
    where: Path | None = None,
    progress: Progress = silent,
    tell: Tell = unheard,
) -> Origins:
    """The earlier commits that made one necessary or possible, best first."""
    from minekvm.analyses import origins as causes

    with desk(path, where, progress, tell) as at:
        commit = at.resolve(revision)
        found = causes.origins(at.it, commit, question, progress, lambda: _cited(at.index, commit))
        shadow.write_commit_graph(at.it.clone, at.it.shadow)
        gaps = dict.fromkeys((*at.it.history.gaps, *found.gaps))
        return replace(found, gaps=tuple(gaps))


def _cited(index: Index, commit: CommitId) -> list[Cited]:
    """The commits that a message names, and those that these name in turn."""
    from minekvm.core.origins.ranking import Cited

    said = _named(index, commit)
    found = [
        Cited(r.other, "cited", quote, _FIXED if r.kind == "fixes" else _CITED) for r, quote in said
    ]
    known = {commit, *(c.commit for c in found)}
    for relation, _ in said:
        for further, quote in _named(index, relation.other):
            if further.other not in known:
                text = f"{relation.other[:12]}, which is cited, says: {quote}"
                found.append(Cited(further.other, "cited by what it cites", text, _FURTHER))
    return found


def _named(index: Index, commit: CommitId) -> list[tuple[Relation, str]]:
    """What a message says of earlier commits that are here, with its words."""
    out, _, _ = relations.outward(index, commit)
    return [
        (r, r.citation.quote)
        for r in out
        if r.here and r.citation is not None and r.kind in ("fixes", "reverts", "cites")
    ]


def _known(index: Index, commits: Sequence[CommitId]) -> dict[CommitId, About]:
    return {c: about for c in commits if (about := index.about(c)) is not None}


def _names_people(key: str) -> bool:
    return key.casefold().endswith("-by") or key.casefold() == "cc"


def _fitting(unresolved: Sequence[Unresolved]) -> list[CommitId]:
    return [c for u in unresolved for c in (u.resolution.commit, *u.resolution.others) if c]
