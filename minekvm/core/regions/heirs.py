"""What became of markers: which names may stand for them where they are not called.

A marker that is gone was renamed, or taken apart so that its parts are called where it was. Of all
the pairs that could be meant, that one is taken whose region holds most nearly what the marker's
own held in the versions that have it.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace

from minekvm.core.model import Event, FunctionVersion
from minekvm.core.regions.flow import flow
from minekvm.core.regions.pairs_of_markers import opposite
from minekvm.core.regions.region import Markers, Region
from minekvm.core.regions.steps import calls

_MOST = 8  # candidates that are tried


@dataclass(frozen=True, slots=True)
class Lack:
    """Which ends of a region are not seen at a version."""

    enter: bool
    exit: bool

    def __bool__(self) -> bool:
        return self.enter or self.exit


def lack(regions: Sequence[Region]) -> Lack:
    """Which ends are missing, whatever table is followed; nothing where there is no function."""
    marks = [mark for region in regions for mark in region.markers]
    if not regions:
        return Lack(False, False)
    return Lack(not any(m.opens for m in marks), all(m.opens for m in marks))


def family(events: Iterable[Event]) -> dict[str, list[FunctionVersion]]:
    """The names that a lineage went through or gave parts to, each with its versions."""
    found: dict[str, list[FunctionVersion]] = {}
    for event in events:
        change = event.change
        for version in (change.new, change.old, *change.others):
            if version is not None:
                found.setdefault(version.name, []).append(version)
    return found


def parts(versions: Iterable[FunctionVersion]) -> list[str]:
    """What some definitions call, each name once."""
    texts = dict.fromkeys(version.function.text for version in versions)
    return list(dict.fromkeys(c.name for text in texts for c in calls(flow(text).steps)))


def candidates(
    markers: Markers, lacking: Lack, heirs: Mapping[str, Sequence[str]]
) -> list[Markers]:
    """The markers that may be meant where some are missing, likeliest names first.

    `heirs` has the kin of each name. What stands for a missing end must be the opposite of the
    other end, or of the other end's kin.
    """
    enters, exits = _kin(markers.enter, heirs), _kin(markers.exit, heirs)
    found: dict[Markers, float] = {}
    for enter in enters:
        for exit_ in exits:
            if opposite(enter, exit_):
                other = replace(
                    markers,
                    enter=markers.enter | ({enter} if lacking.enter else frozenset()),
                    exit=markers.exit | ({exit_} if lacking.exit else frozenset()),
                )
                if other != markers:
                    found.setdefault(other, kinship(other, markers))
    return sorted(found, key=lambda other: -found[other])[:_MOST]


def _kin(names: frozenset[str], heirs: Mapping[str, Sequence[str]]) -> list[str]:
    return list(dict.fromkeys([*sorted(names), *(k for n in sorted(names) for k in heirs[n])]))


def kinship(other: Markers, markers: Markers) -> float:
    """How much the names that stand for markers are like these: shared words of all words."""
    new = _words((other.enter | other.exit) - (markers.enter | markers.exit))
    old = _words(markers.enter | markers.exit)
    return len(new & old) / max(len(new | old), 1)


def _words(names: Iterable[str]) -> set[str]:
    return {word for name in names for word in name.split("_") if word}


def likeness(regions: Sequence[Region], like: Sequence[Region]) -> float:
    """How much two versions' regions hold the same: shared names of all names inside."""
    here = {each.call for region in regions for each in region.inside}
    there = {each.call for region in like for each in region.inside}
    return len(here & there) / max(len(here | there), 1)
