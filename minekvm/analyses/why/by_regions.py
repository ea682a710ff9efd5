"""What made the move of a call possible, read off regions.

Where a call moved and stands to a region as it did before, its new place may have stood otherwise
some time ago: the commit at which that turned made the move possible, whether or not anybody said
so. Where a call moved across a region's border, what it calls may have kept it back: the commit
that took that out of it did.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from minekvm.adapters.git import shadow
from minekvm.analyses.region.region import Bounds
from minekvm.analyses.region.versions import View
from minekvm.analyses.why.facts import Facts
from minekvm.analyses.why.occurrences import of_commit
from minekvm.core.c.flow import flow
from minekvm.core.c.steps import calls
from minekvm.core.callers.sites import Shift
from minekvm.core.model import CommitId, FunctionVersion, Gap
from minekvm.core.origins.enabling import Enabler, nearness
from minekvm.core.region.changes import Flip
from minekvm.core.region.depths import State
from minekvm.core.region.marker_pairs import marker_pairs
from minekvm.core.region.region import Markers, Place, Region, placement
from minekvm.core.why.model import Check, Citation, Claim, FilePlace, entitled
from minekvm.core.why.occurrence import Occurrence, counted
from minekvm.core.why.statements import call, line_of
from minekvm.core.why.words import names
from minekvm.errors import MinekvmError

_MOST_PAIRS = 6  # pairs of markers that are looked into where it is asked what made it possible
_FEW_PAIRS = 2  # elsewhere, if the messages speak of them
_MARKERS, _PLACE = "the markers", "the place"  # what a commit moved
_OTHER: dict[State, State] = {"inside": "outside", "outside": "inside"}


@dataclass(frozen=True, slots=True)
class _Look:
    """A region by its markers, as seen from a function that leads to a call's old and new place."""

    top: str
    enter: str
    exit: str
    bounds: Bounds


def by_places(facts: Facts, occurrence: Occurrence, *, asked: bool) -> list[Claim]:
    """The earlier commits that made the moves of calls possible, read off one of the moves.

    Where that is what was `asked`, more is looked into, and a gap says that nothing was found; else
    only small clones are looked into, as it takes seconds on others.
    """
    moves = [s for s in occurrence.shifts if s.how == "to function" and s.came is not None]
    if not asked and not shadow.is_small(facts.clone.location):
        return []
    most = _MOST_PAIRS if asked else _FEW_PAIRS
    for shift in moves:
        turn = _remembered(facts, occurrence, shift, most)
        if turn is not None:
            return [_claim(facts, occurrence, turn)]
    if moves and asked:
        why = "no earlier commit is seen in the code that changed whether it could stand there"
        facts.note(Gap("what made it possible", why, occurrence.commit))
    return []


def enablers(facts: Facts, commit: CommitId) -> Iterator[Enabler]:
    """The ancestors that made the moves of calls between functions in a commit possible."""
    for occurrence in of_commit(facts, commit):
        for shift in occurrence.shifts:
            turn = _remembered(facts, occurrence, shift, _MOST_PAIRS) if shift.came else None
            if turn is not None:
                past = facts.commit(commit).committed - facts.commit(turn.commit).committed
                text = _worded(turn, occurrence)
                yield Enabler(turn.commit, "region", text, nearness(past))
                break


@dataclass(frozen=True, slots=True)
class _Turn:
    """A commit that made a move possible: as told by a region from `enter` to `exit`.

    It `moved` the markers or the place in `function`, which had been `was` the region, to the
    other side; or, where `moved` names a call, took that out of `function`. `shown` are commits,
    paths, lines and quotes.
    """

    commit: CommitId
    function: str
    enter: str
    exit: str
    was: str
    moved: str
    shown: tuple[tuple[str, str, str, str], ...]

    @property
    def flat(self) -> list[str]:
        """All of it as strings, to be remembered."""
        head = [self.commit, self.function, self.enter, self.exit, self.was, self.moved]
        return [*head, *(part for one in self.shown for part in one)]

    @classmethod
    def of(cls, flat: Sequence[str]) -> _Turn | None:
        """What `flat` gave; None where there was nothing to remember."""
        if not flat:
            return None
        commit, function, enter, exit_, was, moved, *rest = flat
        shown = [(a, b, c, d) for a, b, c, d in zip(*(rest[i::4] for i in range(4)), strict=True)]
        return cls(CommitId(commit), function, enter, exit_, was, moved, tuple(shown))


def _remembered(facts: Facts, occurrence: Occurrence, shift: Shift, most: int) -> _Turn | None:
    """What made a move possible; looked for once, since it depends on nothing that changes."""
    asked = ["turned", facts.rev, occurrence.commit, occurrence.symbol, str(most), *facts.scope]
    if facts.extent.partial is not None:
        asked.append("of a part")
    for version in (shift.old, shift.new):
        asked += ["in", version.path, version.name] if version is not None else []

    def read() -> list[str]:
        found = next(_turned(facts, occurrence, shift, most), None)
        return [] if found is None else found.flat

    return _Turn.of(facts.clone.history.answers.remembered(asked, read))


def _turned(facts: Facts, occurrence: Occurrence, shift: Shift, most: int) -> Iterator[_Turn]:
    for look in _looks(facts, occurrence, shift, most):
        before, after = _states(look, occurrence)
        if before == after and before in _OTHER:
            for place in _places(shift):
                flip = _last_before(look, look.bounds.turns(place), occurrence.commit)
                if flip is not None and flip.before == _OTHER[before] and flip.after == before:
                    shown = tuple(_markers(facts, look, flip.commit))
                    sides = look.enter, look.exit, flip.before
                    if shown:
                        what = _MARKERS if _markers_moved(look, flip.commit) else _PLACE
                        yield _Turn(flip.commit, place.function, *sides, what, shown)
                    break
        elif before == "outside" and after == "inside":
            yield from _unburdened(facts, occurrence, look)


def _places(shift: Shift) -> Iterator[Place]:
    """Where the call stands now, as places that older versions may have too."""
    assert shift.new is not None
    assert shift.came is not None
    name, site = shift.new.name, shift.came
    if site.before:
        yield Place(name, "after", site.before)
    if site.after:
        yield Place(name, "before", site.after)
    yield Place(name, "before")


# --- regions that may matter


def _looks(facts: Facts, occurrence: Occurrence, shift: Shift, most: int) -> Iterator[_Look]:
    """The regions of functions from which both places can be seen, the likeliest first.

    That is: whose markers are spoken of where the symbol's calls were moved, then and before.
    """
    near = set(facts.touching(occurrence.symbol, {v.path for v in (shift.old, shift.new) if v}))
    older = facts.changing(occurrence.symbol, before=occurrence.commit)
    commits = [occurrence.commit, *(c for c in older if c in near)]
    spoken = {name for c in commits for name in names(facts.commit(c).message)}
    for version in (shift.old, shift.new):
        if version is None:
            continue
        other = shift.new if version is shift.old else shift.old
        view = _view(facts, version)
        if view is None or other is None:
            continue
        pairs = _pairs(facts, version, occurrence)
        pairs.sort(key=lambda pair: not spoken.intersection(pair))
        if most == _FEW_PAIRS:
            pairs = [pair for pair in pairs if spoken.intersection(pair)]
        for enter, exit_ in pairs[:most]:
            bounds = Bounds(view, Markers(frozenset((enter,)), frozenset((exit_,))))
            if _sees(bounds, occurrence.commit, version.name, other.name):
                yield _Look(version.name, enter, exit_, bounds)


def _view(facts: Facts, version: FunctionVersion) -> View | None:
    try:
        return facts.view(version.name, version.path)
    except MinekvmError as error:
        facts.note(Gap(f"what lies around {version.name}", error.message))
        return None


def _pairs(facts: Facts, version: FunctionVersion, occurrence: Occurrence) -> list[tuple[str, str]]:
    """The pairs of markers that a function had at any version up to a commit, newest first."""
    limit = facts.commit(occurrence.commit).committed
    texts = [version.function.text]
    for event in facts.lineage(version.name) or ():
        if facts.commit(event.commit).committed <= limit:
            sides = (event.change.new, event.change.old)
            texts += [v.function.text for v in sides if v is not None and v.name == version.name]
    found: dict[tuple[str, str], None] = {}
    for text in dict.fromkeys(texts):
        called = [one.name for one in calls(flow(text).steps)]
        found |= dict.fromkeys(p for p in marker_pairs(called) if occurrence.symbol not in p)
    return list(found)


def _sees(bounds: Bounds, commit: CommitId, *functions: str) -> bool:
    """Whether some functions are reached from the top at a commit."""
    here = bounds.at(commit)  # one version is cheap, and markers by other names do not matter
    visited = {visit.function for region in here for visit in region.visits}
    return visited.issuperset(functions)


def _regions(bounds: Bounds, commit: CommitId) -> tuple[Region, ...]:
    return next((s.regions for s in bounds.story if s.commit == commit), ())


def _states(look: _Look, occurrence: Occurrence) -> tuple[State, State]:
    """How the calls of the symbol stood to a region before a commit and after it."""
    story = look.bounds.story
    at = next((i for i, seen in enumerate(story) if seen.commit == occurrence.commit), None)
    if at is None:
        return "unknown", "unknown"
    parents = {s.commit: s.regions for s in story if s.commit in story[at].parents}
    before = next(iter(parents.values()), ())
    now = story[at].regions
    later = occurrence.later or occurrence.symbol
    return placement(before, occurrence.symbol).state, placement(now, later).state


def _last_before(look: _Look, flips: tuple[Flip, ...], commit: CommitId) -> Flip | None:
    """The newest of some flips that is older than a commit."""
    place = {seen.commit: i for i, seen in enumerate(look.bounds.story)}
    here = place.get(commit, 0)
    return next((f for f in flips if place[f.commit] > here), None)


def _markers_moved(look: _Look, commit: CommitId) -> bool:
    """Whether a commit had other functions call the markers, or fewer of them."""
    story = look.bounds.story
    parents = next((s.parents for s in story if s.commit == commit), ())

    def marked(regions: Sequence[Region]) -> set[tuple[str, str]]:
        return {(m.call, m.function) for region in regions for m in region.markers}

    before = next((s.regions for s in story if s.commit in parents), ())
    return marked(before) != marked(_regions(look.bounds, commit))


def _markers(facts: Facts, look: _Look, commit: CommitId) -> Iterator[tuple[str, str, str, str]]:
    """The lines of the markers as a commit left them."""
    seen: set[tuple[str, int]] = set()
    for region in _regions(look.bounds, commit):
        paths = {visit.function: visit.path for visit in region.visits}
        for marker in region.markers:
            path = paths.get(marker.function)
            if path is None or (path, marker.line) in seen:
                continue
            seen.add((path, marker.line))
            for function in facts.clone.history.trees.functions_at(commit, path):
                if function.start_line <= marker.line <= function.end_line:
                    yield from _line(commit, FunctionVersion(path, function), marker.line)
                    break


def _line(
    commit: CommitId, version: FunctionVersion, line: int
) -> Iterator[tuple[str, str, str, str]]:
    for citation in line_of(commit, version, line):
        yield commit, version.path, str(line), citation.quote


def _unburdened(facts: Facts, occurrence: Occurrence, look: _Look) -> Iterator[_Turn]:
    """The commit that took out of the symbol what could not have come along into the region."""
    limit = facts.commit(occurrence.commit).committed
    for event in facts.lineage(occurrence.symbol) or ():
        old, new = event.change.old, event.change.new
        if old is None or new is None or event.commit == occurrence.commit:
            continue
        if facts.commit(event.commit).committed > limit or event.parent is None:
            continue
        kept = {one.name for one in calls(flow(new.function.text).steps)}
        for one in calls(flow(old.function.text).steps):
            shown = tuple(_line(event.parent, old, old.function.start_line + one.line))
            if one.name not in kept and shown and _kept_out(look, event.commit, one.name):
                sides = look.enter, look.exit, "outside"
                yield _Turn(event.commit, old.name, *sides, one.name, shown)
                return


def _kept_out(look: _Look, commit: CommitId, name: str) -> bool:
    """Whether calls of a name stand outside of a region from a commit on."""
    here = _regions(look.bounds, commit)
    return bool(here) and placement(here, name).state == "outside"


def _claim(facts: Facts, occurrence: Occurrence, turn: _Turn) -> Claim:
    """A turn in words."""
    text = f"{entitled(facts.about(turn.commit))} {_worded(turn, occurrence)}"
    citations = tuple(
        Citation(CommitId(commit), FilePlace(path, int(line), int(line)), quote)
        for commit, path, line, quote in turn.shown
    )
    checks = [Check("ancestor", turn.commit, before=None, after=True, commit=occurrence.commit)]
    if turn.moved in (_MARKERS, _PLACE):
        checks += (
            Check("uses", marker, path, before=None, after=True, commit=CommitId(commit))
            for commit, path, _, quote in turn.shown
            for marker in (turn.enter, turn.exit)
            if marker in counted(quote.encode())
        )
    else:
        path = turn.shown[0][1]
        checks.append(
            Check("calls", turn.moved, path, turn.function, before=True, after=False)
        )  # fmt: skip
    return Claim("possible", turn.commit, text, "inferred", citations, tuple(checks))


def _worded(turn: _Turn, occurrence: Occurrence) -> str:
    """What a turn did, in words that follow the commit's name."""
    region = f"the region from {call(turn.enter)} to {call(turn.exit)}"
    moved = call(occurrence.symbol)
    now = "outside" if turn.was == "inside" else "inside"
    if turn.moved == _MARKERS:
        return (
            f"moved {region}: the place in {call(turn.function)} lay {turn.was} it before"
            f" and lies {now} since, as {moved} itself did before the move"
        )
    if turn.moved == _PLACE:
        return (
            f"brought {call(turn.function)} from {turn.was} of {region} to {now} of it,"
            f" where {moved} stood before the move, too"
        )
    return (
        f"took {call(turn.moved)} out of {call(turn.function)}: it stays outside of"
        f" {region}, into which {moved} moved then"
    )
