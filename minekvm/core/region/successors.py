"""What became of markers: which names may stand for them where they are not called.

A marker that is gone was renamed, or taken apart so that its parts are called where it was. Of all
the pairs that could be meant, that one is taken whose region holds most nearly what the marker's
own held in the versions that have it.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace

from minekvm.core.c.flow import flow
from minekvm.core.c.steps import calls
from minekvm.core.model import Event, FunctionVersion
from minekvm.core.region.arguments import called, spelled
from minekvm.core.region.marker_pairs import opposite
from minekvm.core.region.region import Markers, Region

_MOST = 8  # candidates that are tried
_ALIKE = 0.5  # of their words, that a name shares with the marker in whose place it stands


@dataclass(frozen=True, slots=True)
class Lack:
    """Which ends of a region are not seen at a version."""

    enter: bool
    exit: bool

    def __bool__(self) -> bool:
        return self.enter or self.exit

    def beyond(self, other: Lack) -> Lack:
        """What is missing here, and not there."""
        return Lack(self.enter and not other.enter, self.exit and not other.exit)


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
    """What some definitions call and leave done, each name once.

    What one of them undoes itself (`instrumentation_begin` and its end) is none of its effect.
    """
    texts = dict.fromkeys(version.function.text for version in versions)
    found: dict[str, None] = {}
    for text in texts:
        names = spelled(calls(flow(text).steps))
        bare = {called(name) for name in names}
        for name in names:
            mine = called(name)
            if not any(opposite(mine, other) or opposite(other, mine) for other in bare):
                found[name] = None
    return list(found)


def excess(regions: Sequence[Region], like: Sequence[Region]) -> int:
    """How many more exits without enter, and ways out without exit, some regions have."""
    return max(0, _unbalanced(regions) - _unbalanced(like))


def _unbalanced(regions: Sequence[Region]) -> int:
    strays = {(m.path, m.function, m.line) for region in regions for m in region.strays}
    return len(strays) + len({(leak.kind, leak.line) for r in regions for leak in r.leaks})


def instead(having: Sequence[Region], lacking: Sequence[Region]) -> dict[str, list[str]]:
    """What one of two versions calls where the other calls a marker, if it shares most words.

    In the same function, and not called there by the version that has the marker.
    """
    called = {(c.function, c.call) for region in having for c in region.calls}
    others = {(c.function, c.call) for region in lacking for c in region.calls} - called
    found: dict[str, list[str]] = {}
    for mark in (mark for region in having for mark in region.markers):
        for function, name in sorted(others):
            if function == mark.function and _shared([name], [mark.call]) >= _ALIKE:
                found.setdefault(mark.call, []).append(name)
    return found


def candidates(
    markers: Markers, lacking: Lack, heirs: Mapping[str, Sequence[str]]
) -> list[Markers]:
    """The markers that may be meant where some are missing, likeliest names first.

    `heirs` has the kin of each name. What stands for a missing end must be the opposite of the
    other end or of its kin, or hold all words of the name that it stands for.
    """
    enters, exits = _kin(markers.enter, heirs), _kin(markers.exit, heirs)
    found: dict[Markers, float] = {}
    for enter in enters:
        for exit_ in exits:
            alone = lacking.enter != lacking.exit
            longer = _extends(enter, markers.enter) if lacking.enter else False
            longer |= _extends(exit_, markers.exit) if lacking.exit else False
            if opposite(enter, exit_) or (alone and longer):
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
    names = markers.enter | markers.exit
    return _shared((other.enter | other.exit) - names, names)


def _shared(names: Iterable[str], others: Iterable[str]) -> float:
    """The words that names share, of all that they have."""
    one, two = _words(names), _words(others)
    return len(one & two) / max(len(one | two), 1)


def _extends(name: str, names: Iterable[str]) -> bool:
    """Whether a name has all the words of one of others, and more."""
    return any(_words([other]) < _words([name]) for other in names)


def _words(names: Iterable[str]) -> set[str]:
    return {word for name in names for word in name.split("_") if word}


def likeness(regions: Sequence[Region], like: Sequence[Region]) -> float:
    """How much two versions' regions hold the same: shared names of all names inside."""
    here = {each.call for region in regions for each in region.inside}
    there = {each.call for region in like for each in region.inside}
    return len(here & there) / max(len(here | there), 1)
