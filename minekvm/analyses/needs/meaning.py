"""What the regions say of a change: where its calls would stand in a target, and why not as they
stand where the change was made.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from functools import lru_cache

from minekvm.adapters.git import process
from minekvm.analyses.needs.places import Surroundings, regions
from minekvm.analyses.needs.target import Target
from minekvm.core.model import CommitId, FilePair, FunctionVersion
from minekvm.core.needs.model import Around, Meant
from minekvm.core.needs.pairs import Pair, nearest, pairs, same
from minekvm.core.needs.places import Arrived, arrived, forbids, standing
from minekvm.core.region.arguments import called, given
from minekvm.core.region.depths import State
from minekvm.core.region.region import Place, Region, would_be
from minekvm.core.report.story import Rule

_CALLS = 24  # that a change brings, looked at
_SCANNED = 60  # commits that are looked at one by one where halving leads nowhere
_FILES = 60  # files of a change


@dataclass(frozen=True, slots=True)
class Side:
    """A change at one place: the commit that has it, and what it does to functions there."""

    commit: CommitId
    pairs: tuple[FilePair, ...]

    def counterpart(self, one: Arrived) -> Arrived | None:
        """The same call of the same function here."""
        return _by_place(self.pairs).get((one.call, one.version.name))


@lru_cache(maxsize=8)
def _by_place(pairs: tuple[FilePair, ...]) -> dict[tuple[str, str], Arrived]:
    found: dict[tuple[str, str], Arrived] = {}
    for one in arrived(pairs):
        found.setdefault((one.call, one.version.name), one)
    return found


def side(target: Target, commit: CommitId, base: CommitId | None) -> Side:
    """A commit compared with its base, function by function."""
    history = target.clone.history
    files = history.changes.files(commit, base)[:_FILES]
    return Side(commit, tuple(history.changes.pairs(files)))


@dataclass
class Meaning:
    """Looks at the calls of a change in the target's code, and where the change was made."""

    target: Target
    rules: Sequence[Rule]
    _code: Surroundings = field(init=False)

    def __post_init__(self) -> None:
        self._code = Surroundings(self.target.clone, self.rules)

    def places(self, here: Side, there: Side | None, base: CommitId | None) -> list[Meant]:
        """The calls that would stand where a rule forbids them, or otherwise than they do there."""
        found: list[Meant] = []
        chosen = _chosen(here.pairs, self.rules)
        self._code.expect(here.commit, [one.version for one in chosen])
        if there is not None:
            others = (there.counterpart(one) for one in chosen)
            self._code.expect(there.commit, [o.version for o in others if o is not None])
        for one in chosen:
            self.target.clone.progress(f"looking where {one.call}() would stand")
            found += self._placed(one, here, there, base)
        return _each_once(found)

    def _placed(
        self, one: Arrived, here: Side, there: Side | None, base: CommitId | None
    ) -> Iterator[Meant]:
        mine = self.around(here.commit, one)
        other = None if there is None else there.counterpart(one)
        theirs = {} if other is None or there is None else self.around(there.commit, other)
        for pair, around in mine.items():
            rule = next((r for r in self._rules(pair) if forbids(r, one.call)), None)
            match = nearest(pair, theirs)
            state = theirs[match].state if match is not None else None
            if other is not None and state is None:
                state = "outside"
            differs = around.state == "inside" and state == "outside"
            if rule is None and not differs:
                continue
            told = around if rule is None else _ruled(around, rule)
            commit, ours = self._turned(one, pair, around, state, base)
            yield _meant(one, told, state, commit, ours=ours)
        for pair, around in theirs.items():
            lacking = around.state == "inside" and nearest(pair, mine) is None and other is not None
            if lacking and self._knows(here.commit, one, around):
                outside = Around(around.enter, around.exit, around.function, around.path, "outside")
                commit, ours = self._turned(one, pair, around, "inside", base)
                yield _meant(one, outside, "inside", commit, ours=ours)

    def _rules(self, pair: Pair) -> Iterator[Rule]:
        return (r for r in self.rules if (r.enter, r.exit) == pair)

    def _knows(self, commit: CommitId, one: Arrived, around: Around) -> bool:
        """Whether the code around a call has markers of that name at all."""
        tree = self._code.around(commit, one.version)
        word = called(around.enter).encode("utf-8", "surrogateescape")
        texts = (f.text for p in tree.blobs for fs in tree.outline(p).names.values() for f in fs)
        return any(word in text for text in texts)

    def around(self, commit: CommitId, one: Arrived) -> dict[Pair, Around]:
        """The regions in which a call stands at a commit, at least on some paths."""
        found: dict[Pair, Around] = {}
        declared = [(rule.enter, rule.exit) for rule in self.rules]
        for top in self._code.seen_from(commit, one.version):
            for pair in dict.fromkeys((*declared, *pairs(top))):
                if one.call in (*pair[0], *pair[1]):
                    continue
                known = found.get(pair)
                if known is not None and known.state == "inside":
                    continue
                seen = self._code.regions(commit, one.version, top, pair)
                state = standing(seen, one.call, one.version.name)
                if state in ("inside", "partly"):
                    enter, exit_ = _marks(seen, pair)
                    found[pair] = Around(enter, exit_, top.name, top.path, state)
        return found

    # --- who turned it

    def _turned(
        self, one: Arrived, pair: Pair, around: Around, there: State | None, base: CommitId | None
    ) -> tuple[CommitId | None, bool]:
        """The commit that made the place stand otherwise, and whether it is the target's own."""
        if base is None or there is None:
            return None, False
        asked = ["merge-base", self.target.commit, base]
        common = process.run(asked, self.target.clone.shadow)[1].decode("ascii").strip()
        if not common:
            return None, False
        look = _Look(self, one, pair, around, self._paths(one, around, base))
        begin = look.state(CommitId(common))
        wanted = look.state(base)
        if wanted not in (begin, "unknown"):
            return look.turn(CommitId(common), base, wanted), False
        mine = look.state(self.target.commit)
        if mine not in (begin, "unknown"):
            return look.turn(CommitId(common), self.target.commit, mine), True
        return None, False

    def _paths(self, one: Arrived, around: Around, base: CommitId) -> tuple[str, ...]:
        """The files that may matter, at the target and where the change was made."""
        old = one.old or one.version
        found: dict[str, None] = {}
        for commit in (self.target.commit, base):
            found |= dict.fromkeys(self._code.files(commit, old))
        return (*found, *(() if around.path in found else (around.path,)))

    def state_at(
        self,
        commit: CommitId,
        files: tuple[str, ...],
        top: str,
        pair: Pair,
        places: Sequence[Place],
    ) -> State:
        """How a place stood to a region, as seen from a function of that name."""
        tree = self._code.tree(commit, files)
        found = [
            FunctionVersion(path, function)
            for path in tree.blobs
            for function in tree.outline(path).names.get(top, ())
        ]
        states: set[State] = set()
        for version in found[:2]:
            seen = regions(tree, version, pair, self.rules)
            each = (would_be(seen, place) for place in places)
            states.add(next((state for state in each if state != "unknown"), "unknown"))
        known = states - {"unknown"}
        return known.pop() if len(known) == 1 else "unknown" if not known else "partly"


@dataclass
class _Look:
    """One place, asked about at many commits."""

    meaning: Meaning
    one: Arrived
    pair: Pair
    around: Around
    files: tuple[str, ...]
    _known: dict[CommitId, State] = field(default_factory=dict)

    def state(self, commit: CommitId) -> State:
        if commit not in self._known:
            top, places = self.around.function, self.one.places
            known = self.meaning.state_at(commit, self.files, top, self.pair, places)
            self._known[commit] = known
        return self._known[commit]

    def turn(self, start: CommitId, end: CommitId, wanted: State) -> CommitId | None:
        """The commit on the way from one to another from which the place stands as wanted."""
        clone = self.meaning.target.clone
        asked = ["rev-list", "--topo-order", "--reverse", end, f"^{start}", "--", *self.files]
        line = [CommitId(c.decode("ascii")) for c in process.run(asked, clone.shadow)[1].split()]
        if not line:
            return None
        low, high = -1, len(line) - 1
        while high - low > 1:
            middle = (low + high) // 2
            clone.progress("looking for who turned it", high - low, len(line))
            if self.state(line[middle]) == wanted:
                high = middle
            else:
                low = middle
        if self._turns(line[high], wanted):
            return line[high]
        return next((c for c in line[::-1][:_SCANNED] if self._turns(c, wanted)), None)

    def _turns(self, commit: CommitId, wanted: State) -> bool:
        parents = self.meaning.target.clone.history.commit(commit).parents
        if len(parents) != 1 or self.state(commit) != wanted:
            return False
        return self.state(parents[0]) != wanted  # also where what it is seen from is new


def _each_once(places: Sequence[Meant]) -> list[Meant]:
    """Each call and region once: with the rule that forbids it, where one does."""
    found: list[Meant] = []
    for place in sorted(places, key=lambda p: not p.here.rule):
        if not any(_one(place, other) for other in found):
            found.append(place)
    return found


def _one(place: Meant, other: Meant) -> bool:
    if (place.call, place.function, place.path) != (other.call, other.function, other.path):
        return False
    ends = [((p.here.enter,), (p.here.exit,)) for p in (place, other)]
    return same(*ends)


def _chosen(changed: Sequence[FilePair], rules: Sequence[Rule]) -> list[Arrived]:
    """The calls that are looked at, each name once in a function; those that moved first.

    Of a function that is itself new only those count of which a rule speaks.
    """
    found: dict[tuple[str, str, str], Arrived] = {}
    for one in sorted(arrived(changed), key=lambda a: not a.left):
        if one.old is not None or any(forbids(rule, one.call) for rule in rules):
            found.setdefault((one.call, one.version.path, one.version.name), one)
    return list(found.values())[:_CALLS]


def _marks(seen: Sequence[Region], pair: Pair) -> tuple[str, str]:
    """The markers that were met; as asked where they are told apart by what they are given."""
    if any(given(marker) for side in pair for marker in side):
        return pair[0][0], pair[1][0]
    met = {m.call: m.opens for region in seen for m in region.markers}
    enter = next((name for name, opens in met.items() if opens), pair[0][0])
    exit_ = next((name for name, opens in met.items() if not opens), pair[1][0])
    return enter, exit_


def _ruled(around: Around, rule: Rule) -> Around:
    kept = around.enter, around.exit, around.function, around.path, around.state
    return Around(*kept, rule=rule.name, reason=rule.reason)


def _meant(
    one: Arrived, here: Around, there: State | None, commit: CommitId | None, *, ours: bool
) -> Meant:
    version = one.version
    return Meant(one.call, version.name, version.path, one.line, here, there, commit, ours)
