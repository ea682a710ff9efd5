"""Following names through their own history: a region's function, its markers, a place."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace

from minekvm.analyses.lineage import Question, lineage
from minekvm.analyses.region.versions import Home, Seen, View
from minekvm.clone.clone import Clone
from minekvm.core.model import CommitId, Event, Gap
from minekvm.core.region import successors as heirs
from minekvm.core.region.arguments import called as base
from minekvm.core.region.marker_pairs import opposite
from minekvm.core.region.region import Markers, Region
from minekvm.core.region.successors import Lack
from minekvm.errors import GitFailed, MinekvmError, UnknownSymbol


def events(clone: Clone, name: str, rev: CommitId, path: str | None = None) -> tuple[Event, ...]:
    """The lineage of a name, newest first; () where no version defines it."""
    try:
        return lineage(clone, Question(name, path=path, rev=rev)).lineage.events
    except UnknownSymbol:
        return ()
    except MinekvmError as error:  # defined in too many files
        missing = isinstance(error, GitFailed)
        clone.history.gaps.note(Gap(f"the past of {name}", error.message), missing=missing)
        return ()


def homes(clone: Clone, name: str, rev: CommitId, path: str | None = None) -> tuple[Home, ...]:
    """The files and names that a function had, newest first."""
    found = [(path, name)] if path is not None else []
    for event in events(clone, name, rev, path):
        versions = (v for v in (event.change.new, event.change.old) if v is not None)
        found += ((version.path, version.name) for version in versions)
    return tuple(dict.fromkeys(found))


def followed(view: View, markers: Markers, depth: int) -> list[Seen]:
    """The story of a region; where its markers are not called, that of what stands for them.

    An end that no version has is not missed.
    """
    story = view.story(markers, depth)
    ends = _Ends(story)
    if not any(ends.missing(seen.regions) for seen in story):
        return story
    for kin in _kin(view, markers, _instead(story, ends)):
        view.also_search(name for names in kin.values() for name in names)
        story = view.story(markers, depth)
        lacks = [ends.missing(seen.regions) for seen in story]
        for lacking in dict.fromkeys(filter(None, lacks)):
            at = [i for i, lack in enumerate(lacks) if lack == lacking]
            others = [
                (heirs.kinship(other, markers), found)
                for other in heirs.candidates(markers, lacking, kin)
                if (found := _with(view, other, markers, depth, [story[i] for i in at], ends))
            ]
            story = _filled(story, others, at, ends)
        if not any(ends.missing(seen.regions) for seen in story):
            break
    return story


class _Ends:
    """Which ends versions miss, apart from those that no version has; each told once."""

    def __init__(self, story: Sequence[Seen]) -> None:
        self._known: dict[int, tuple[tuple[Region, ...], Lack]] = {}
        self._never = Lack(False, False)
        lacks = [self.missing(seen.regions) for seen in story if seen.regions]
        self._never = Lack(all(k.enter for k in lacks), all(k.exit for k in lacks))
        self._known.clear()

    def missing(self, regions: tuple[Region, ...]) -> Lack:
        """The ends that are missing."""
        known = self._known.get(id(regions))
        if known is None:
            known = regions, heirs.lack(regions).beyond(self._never)  # regions live as long as id
            self._known[id(regions)] = known
        return known[1]


def _with(
    view: View,
    other: Markers,
    markers: Markers,
    depth: int,
    some: Sequence[Seen],
    ends: _Ends,
) -> dict[CommitId, Seen]:
    """The versions out of some whose region has its ends if other markers are taken."""
    names = set(map(base, (other.enter | other.exit) - (markers.enter | markers.exit)))
    called: dict[int, bool] = {}
    for seen in some:
        if id(seen.regions) not in called:
            called[id(seen.regions)] = names <= _called(seen)
    maybe = {seen.commit: seen for seen in some if called[id(seen.regions)]}
    if not maybe:
        return {}
    found = view.told(other, depth, view.files(markers, depth), maybe)
    return {
        commit: replace(maybe[commit], regions=regions, markers=other)
        for commit, regions in found.items()
        if not ends.missing(regions)
    }


def _called(seen: Seen) -> set[str]:
    return {call.call for region in seen.regions for call in region.calls}


def _filled(
    story: list[Seen],
    others: Sequence[tuple[float, dict[CommitId, Seen]]],
    at: Sequence[int],
    ends: _Ends,
) -> list[Seen]:
    """A story with some versions put in their place from others, that first which fits best."""
    left = {story[i].commit for i in at}
    while True:
        like = _nearest(story, ends)
        best: dict[CommitId, Seen] = {}
        most = 0.0
        for kinship, other in others:
            pairs = {c: (other[c].regions, like[c]) for c in left & other.keys()}
            counted = Counter((id(a), id(b)) for a, b in pairs.values())
            once = {(id(a), id(b)): (a, b) for a, b in pairs.values()}
            alike = sum(
                heirs.likeness(*once[key]) * many / (1 + heirs.excess(*once[key]))
                for key, many in counted.items()
            )
            if (1 + kinship) * alike > most:
                best, most = other, (1 + kinship) * alike
        if not best:
            return story
        story = [best.get(s.commit, s) if s.commit in left else s for s in story]
        left -= best.keys()


def _nearest(story: Sequence[Seen], ends: _Ends) -> dict[CommitId, tuple[Region, ...]]:
    """For each version the regions of the one nearest in order that misses nothing."""
    found: dict[CommitId, tuple[int, tuple[Region, ...]]] = {}
    for order in (story, story[::-1]):
        off = len(story)
        last: tuple[Region, ...] = ()
        for seen in order:
            off += 1
            if seen.regions and not ends.missing(seen.regions):
                off, last = 0, seen.regions
            known = found.get(seen.commit)
            if known is None or off < known[0]:
                found[seen.commit] = off, last
    return {commit: last for commit, (_, last) in found.items()}


def _instead(story: Sequence[Seen], ends: _Ends) -> dict[str, list[str]]:
    """What is called in a marker's place where it came or went, by the marker's name."""
    known = {seen.commit: seen for seen in story}
    found: dict[str, list[str]] = {}
    for seen in story:
        for before in (known[parent] for parent in seen.parents):
            here, there = ends.missing(seen.regions), ends.missing(before.regions)
            if here == there or not (seen.regions and before.regions):
                continue
            for one, other in ((seen.regions, before.regions), (before.regions, seen.regions)):
                for name, names in heirs.instead(one, other).items():
                    found.setdefault(name, []).extend(names)
    return found


def _kin(
    view: View, markers: Markers, near: Mapping[str, Sequence[str]]
) -> Iterator[dict[str, list[str]]]:
    """The names that may stand for each marker: its own history and what it calls; then theirs.

    `near` has those that were seen in its place.
    """
    names = sorted(markers.enter | markers.exit)
    found = {
        name: list(dict.fromkeys([*near.get(name, ()), *_relatives(view, name)])) for name in names
    }
    yield found
    enters = [k for name in sorted(markers.enter) for k in found[name]]
    exits = [k for name in sorted(markers.exit) for k in found[name]]
    further = {
        name: _relatives(view, name)
        for enter in enters
        for exit_ in exits
        if opposite(enter, exit_)
        for name in (enter, exit_)
        if name not in names and view.defines(base(name))
    }
    yield {
        name: list(dict.fromkeys([*kin, *(f for k in kin for f in further.get(k, ()))]))
        for name, kin in found.items()
    }


def _relatives(view: View, name: str) -> list[str]:
    family = heirs.family(events(view.clone, base(name), view.rev))
    called = heirs.parts(v for versions in family.values() for v in versions)
    return [k for k in dict.fromkeys([*family, *called]) if k != name]
