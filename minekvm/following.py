"""Following names through their own history: a region's function, its markers, a place."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import replace

from minekvm.ask import Question, lineage_opened
from minekvm.core.model import CommitId, Event, Gap
from minekvm.core.regions import heirs
from minekvm.core.regions.pairs_of_markers import opposite
from minekvm.core.regions.region import Markers, Region
from minekvm.errors import MinekvmError, UnknownSymbol
from minekvm.opening import Opened
from minekvm.views import Home, Seen, View


def events(it: Opened, name: str, rev: CommitId, path: str | None = None) -> tuple[Event, ...]:
    """The lineage of a name, newest first; () where no version defines it."""
    try:
        return lineage_opened(it, Question(name, path=path, rev=rev)).lineage.events
    except UnknownSymbol:
        return ()
    except MinekvmError as error:  # defined in too many files
        it.history.note(Gap(f"the past of {name}", error.message))
        return ()


def homes(it: Opened, name: str, rev: CommitId, path: str | None = None) -> tuple[Home, ...]:
    """The files and names that a function had, newest first."""
    found = [(path, name)] if path is not None else []
    for event in events(it, name, rev, path):
        versions = (v for v in (event.change.new, event.change.old) if v is not None)
        found += ((version.path, version.name) for version in versions)
    return tuple(dict.fromkeys(found))


def followed(view: View, markers: Markers, depth: int) -> list[Seen]:
    """The story of a region; where its markers are not called, that of what stands for them."""
    story = view.story(markers, depth)
    lacks = [heirs.lack(seen.regions) for seen in story]
    whole = [seen for seen, lack in zip(story, lacks, strict=True) if seen.regions and not lack]
    if not any(lacks) or not whole:
        return story
    for kin in _kin(view, markers):
        view.also_search(name for names in kin.values() for name in names)
        story = view.story(markers, depth)
        lacks = [heirs.lack(seen.regions) for seen in story]
        for lacking in dict.fromkeys(filter(None, lacks)):
            at = [i for i, lack in enumerate(lacks) if lack == lacking]
            others = [
                (heirs.kinship(other, markers), found)
                for other in heirs.candidates(markers, lacking, kin)
                if (found := _with(view, other, markers, depth, story, at))
            ]
            story = _filled(story, others, at)
        if not any(heirs.lack(seen.regions) for seen in story):
            break
    return story


def _with(
    view: View, other: Markers, markers: Markers, depth: int, story: Sequence[Seen], at: list[int]
) -> dict[int, Seen]:
    """The versions out of some whose region has both ends if other markers are taken."""
    names = (other.enter | other.exit) - (markers.enter | markers.exit)
    maybe = {story[i].commit: i for i in at if names <= _called(story[i])}
    if not maybe:
        return {}
    found = view.told(other, depth, view.versions(view.files(markers, depth)), maybe)
    return {
        maybe[commit]: replace(story[maybe[commit]], regions=regions, markers=other)
        for commit, regions in found.items()
        if not heirs.lack(regions)
    }


def _called(seen: Seen) -> set[str]:
    return {call.call for region in seen.regions for call in region.calls}


def _filled(
    story: list[Seen], others: Sequence[tuple[float, dict[int, Seen]]], at: Sequence[int]
) -> list[Seen]:
    """A story with some versions put in their place from others, that first which fits best."""
    left = set(at)
    while True:
        like = {i: _nearest(story, i) for i in left}
        best, most = {}, 0.0
        for kinship, other in others:
            fits = (heirs.likeness(other[i].regions, like[i]) for i in left & other.keys())
            alike = (1 + kinship) * sum(fits)
            if alike > most:
                best, most = other, alike
        if not best:
            return story
        story = [best[i] if i in best and i in left else seen for i, seen in enumerate(story)]
        left -= best.keys()


def _nearest(story: Sequence[Seen], at: int) -> tuple[Region, ...]:
    """The regions of the version nearest in order that has both ends."""
    for off in range(1, len(story)):
        for i in (at + off, at - off):
            if 0 <= i < len(story) and story[i].regions and not heirs.lack(story[i].regions):
                return story[i].regions
    return ()


def _kin(view: View, markers: Markers) -> Iterator[dict[str, list[str]]]:
    """The names that may stand for each marker: its own history and what it calls; then theirs."""
    names = sorted(markers.enter | markers.exit)
    found = {name: _relatives(view, name) for name in names}
    yield found
    enters = [k for name in sorted(markers.enter) for k in found[name]]
    exits = [k for name in sorted(markers.exit) for k in found[name]]
    further = {
        name: _relatives(view, name)
        for enter in enters
        for exit_ in exits
        if opposite(enter, exit_)
        for name in (enter, exit_)
        if name not in names and view.defines(name)
    }
    yield {
        name: list(dict.fromkeys([*kin, *(f for k in kin for f in further.get(k, ()))]))
        for name, kin in found.items()
    }


def _relatives(view: View, name: str) -> list[str]:
    family = heirs.family(events(view.it, name, view.rev))
    called = heirs.parts(v for versions in family.values() for v in versions)
    return [k for k in dict.fromkeys([*family, *called]) if k != name]
