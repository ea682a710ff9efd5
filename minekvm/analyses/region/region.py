"""Verb 2, `region`: two markers and a function -> what lies between them, over all history.

with opened(path) as clone:
    view = open_view(clone, "vcpu_enter_guest", None, rev)
    seen = Bounds(view, Markers(frozenset(["a_enter"]), frozenset(["a_exit"])), depth=3)
    seen.story, seen.at(commit), seen.changes(), seen.placements("f"), seen.turns(place)
"""

from __future__ import annotations

import json
import posixpath
from collections.abc import Sequence
from dataclasses import replace
from functools import cached_property

from minekvm.adapters.git.revisions import is_ancestor
from minekvm.analyses.lineage import Question as Lineage
from minekvm.analyses.lineage import lineage
from minekvm.analyses.region.successors import followed, homes
from minekvm.analyses.region.versions import Seen, View, flips
from minekvm.clone.clone import Clone
from minekvm.core.model import Commit, CommitId, FunctionVersion, Told
from minekvm.core.region.changes import Difference, Flip, compare, shared
from minekvm.core.region.depths import State
from minekvm.core.region.lines import at_lines
from minekvm.core.region.marker_pairs import marker_pairs
from minekvm.core.region.model import DEPTH, Answer, Change, Question, Standing
from minekvm.core.region.packing import markers_of, markers_row, packed, unpacked
from minekvm.core.region.region import Markers, Place, Region, placement, would_be
from minekvm.errors import MinekvmError

_NAMESAKES = 8  # definitions of which it is asked whether they came from another file


class Bounds:
    """A region in one view: where it lies at every version, and what stands where to it."""

    def __init__(
        self, view: View, markers: Markers, depth: int = DEPTH, *, follow: bool = True
    ) -> None:
        self.view, self.markers, self.depth, self._follow = view, markers, depth, follow

    @property
    def story(self) -> list[Seen]:
        """The region at every commit that may have changed clone, newest first."""
        return self._told[1]

    @property
    def now(self) -> tuple[Region, ...]:
        """The region at the revision, by the markers that are taken there."""
        return self._told[0]

    @cached_property
    def _told(self) -> tuple[tuple[Region, ...], list[Seen]]:
        """Both, from memory where they were told before."""
        view = self.view
        asked = ["region", view.rev, str(self.depth), str(self._follow), "through"]
        asked += [*(part for home in view.homes for part in home), "and", *view.scope, "between"]
        asked += [json.dumps(markers_row(self.markers))]
        known = view.clone.history.answers.remembered(asked, self._pack)
        try:
            return _unpack(known)
        except (KeyError, IndexError, TypeError, ValueError):  # written by who knows whom
            return _unpack(self._pack())

    def _pack(self) -> list[str]:
        view, markers, depth = self.view, self.markers, self.depth
        story = followed(view, markers, depth) if self._follow else view.story(markers, depth)
        now = view.at(view.rev, story[0].markers, depth) if story else ()
        rows = [(s.commit, s.parents, markers_row(s.markers)) for s in story]
        regions = packed([now, *(seen.regions for seen in story)])
        return [json.dumps(rows), json.dumps(regions)]

    def at(self, commit: CommitId) -> tuple[Region, ...]:
        """The region at any commit, by the markers as they are named."""
        return self.view.at(commit, self.markers, self.depth)

    def changes(self) -> tuple[Change, ...]:
        """The commits that made the region other than at any of their parents, newest first."""
        known = {seen.commit: seen.regions for seen in self.story}
        found = []
        for seen in self.story:
            before = [known[parent] for parent in seen.parents] or [()]
            cut_off = not seen.parents and self.view.clone.history.cut_off(seen.commit)
            if seen.regions in before or cut_off:
                continue
            differences = shared([compare(regions, seen.regions) for regions in before])
            if differences:
                first = self._first_parent(seen)
                differences = self._at_lines(differences, before[0], first)
                found.append(Change(seen.commit, seen.parents, differences, seen.regions, first))
        return tuple(found)

    def _at_lines(
        self, differences: Sequence[Difference], old: Sequence[Region], commit: CommitId | None
    ) -> tuple[Difference, ...]:
        """Differences whose former side has the lines of a commit."""
        if commit is None:
            return tuple(differences)
        trees, parent = self.view.clone.history.trees, commit
        return tuple(
            at_lines(d, old, lambda path, name: trees.named_at(parent, path, name))
            for d in differences
        )

    def _first_parent(self, seen: Seen) -> CommitId | None:
        """The parent with which a commit was compared first; in a merge another may come first."""
        real = self.view.clone.history.commit(seen.commit).parents
        if len(real) < 2 or not seen.parents or len(real) == len(seen.parents):
            return real[0] if real else None
        near, shadow = seen.parents[0], self.view.clone.shadow
        return next((p for p in real if p == near or is_ancestor(shadow, near, p)), real[0])

    def placements(self, symbol: str) -> tuple[Flip, ...]:
        """The commits that changed how the calls of a symbol stand to the region, newest first."""
        return tuple(flips(self.story, lambda regions: placement(regions, symbol).state))

    def turns(self, place: Place) -> tuple[Flip, ...]:
        """The commits that changed whether a call would lie inside at a place, newest first.

        The function of the place is followed through its names.
        """
        names = [place.function]
        if any(s.regions and would_be(s.regions, place) == "unknown" for s in self.story):
            former = homes(self.view.clone, place.function, self.view.rev)
            names = list(dict.fromkeys([*names, *(name for _, name in former)]))

        def state(regions: tuple[Region, ...]) -> State:
            found = (would_be(regions, replace(place, function=name)) for name in names)
            return next((each for each in found if each != "unknown"), "unknown")

        return tuple(flips(self.story, state))


def _unpack(words: Sequence[str]) -> tuple[tuple[Region, ...], list[Seen]]:
    rows, regions = map(json.loads, words)
    now, *versions = unpacked(regions)
    return now, [
        Seen(CommitId(commit), tuple(map(CommitId, parents)), found, markers_of(markers))
        for (commit, parents, markers), found in zip(rows, versions, strict=True)
    ]


def place(text: str) -> Place:
    """A place as it is typed: `FUNCTION:before|after[:CALL[:N]]`. Raises MinekvmError."""
    function, side, call, nth = [*text.split(":"), "", "", ""][:4]
    known = side in ("before", "after") and (not nth or nth.isdigit())
    if not function or not known or text.count(":") > 3:
        raise MinekvmError(
            f"no place: {text}",
            "write it like f:before:g (right before each g() in f), f:after:g:2, or f:before",
        )
    return Place(
        function.removesuffix("()"),
        "before" if side == "before" else "after",
        call.removesuffix("()"),
        int(nth or 0),
    )


def open_view(
    clone: Clone,
    top: str,
    path: str | None,
    rev: CommitId,
    scope: Sequence[str] = (),
) -> View:
    """Look at a function from a revision back, through all names and files that it had.

    Raises UnknownSymbol where it never stood, MinekvmError where it stands in too many files.
    """
    if path is not None:
        path = posixpath.normpath(path)

    def read() -> list[str]:
        versions = _versions(lineage(clone, Lineage(top, path=path, rev=rev)))
        if path is not None and not _stands(clone, top, path, rev):
            versions = [*_gone_on(clone, top, path, rev), *versions]
        return [part for v in versions for part in (v.path, v.name)]

    known = clone.history.answers.remembered(["homes", rev, top, path or ""], read)
    names = dict.fromkeys(zip(known[::2], known[1::2], strict=True))
    return View(clone, rev, tuple(names), tuple(scope))


def _versions(found: Told) -> list[FunctionVersion]:
    """Where a function stands, and where it stood, newest first."""
    lineage = found.lineage
    both = ((e.change.new, e.change.old) for e in lineage.events)
    return [*lineage.definitions, *(v for pair in both for v in pair if v is not None)]


def _stands(clone: Clone, top: str, path: str, rev: CommitId) -> bool:
    """Whether a file defines a function at a revision."""
    folder = posixpath.dirname(path)
    return any(v.path == path for v in clone.history.standing([top], rev, folder))


def _gone_on(clone: Clone, top: str, path: str, rev: CommitId) -> list[FunctionVersion]:
    """Where a function went on that stands no more in a file, if its lineage leads back there."""
    standing = clone.history.standing([top], rev)
    for other in list(dict.fromkeys(v.path for v in standing))[:_NAMESAKES]:
        versions = _versions(lineage(clone, Lineage(top, path=other, rev=rev)))
        if any((v.path, v.name) == (path, top) for v in versions):
            return versions
    return []


def region(clone: Clone, question: Question) -> Answer:
    """What lies between two markers in a function, now and at every commit that changed it."""
    rev = clone.resolve(question.rev)
    view = open_view(clone, question.function, question.path, rev, question.scope)
    seen = Bounds(view, question.markers, question.depth, follow=question.follow)
    if not any(r.markers for each in seen.story for r in each.regions):
        raise _unmarked(question, seen)
    changes = [c for c in seen.changes() if _within(clone.history.commit(c.commit), question)]
    placements = tuple(_standing(seen, symbol) for symbol in question.where)
    turned = tuple(_standing(seen, place) for place in question.places)
    named = [c.commit for c in changes]
    named += [flip.commit for each in (*placements, *turned) for flip in each.flips]
    return Answer(
        question=question,
        rev=rev,
        now=seen.now,
        changes=tuple(changes),
        placements=placements,
        turns=turned,
        versions=len(seen.story),
        commits={commit: clone.history.commit(commit) for commit in named},
        gaps=tuple({(gap.what, gap.why): gap for gap in reversed(clone.history.gaps)}.values()),
    )


def _standing(seen: Bounds, what: str | Place) -> Standing:
    found = seen.placements(what) if isinstance(what, str) else seen.turns(what)
    return Standing(what, found[0].after if found else "unknown", found)


def _within(commit: Commit, question: Question) -> bool:
    after = question.since is None or commit.committed >= question.since
    return after and (question.until is None or commit.committed <= question.until)


def _unmarked(question: Question, seen: Bounds) -> MinekvmError:
    """No version has a marker: name those that there might be."""
    names = [c.call for region in seen.story[0].regions for c in region.calls if len(c.chain) == 1]
    pairs = marker_pairs(names)[:3]
    hint = "deeper calls are looked into with --depth, other files with --scope"
    if pairs:
        hint = "markers it has: " + ", ".join(f"--enter {a} --exit {b}" for a, b in pairs)
    wanted = " nor ".join(dict.fromkeys((*question.enter, *question.exit)))
    return MinekvmError(
        f"neither {wanted} is called from {question.function}, {question.depth} calls deep, ever",
        hint,
    )
