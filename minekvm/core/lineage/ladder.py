"""The ladder: definitions before and after one commit -> what happened to them.

Each rung explains what it can of what the rungs before left; cheap and sure ones come first, see
`RUNGS`. The rule that matched stays in the change, so that precision can be counted per rule.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from functools import cached_property

from minekvm.core.lineage.copies import Copies
from minekvm.core.lineage.edits import differences, edit_change, pair_variants
from minekvm.core.lineage.halves import divided, joined, merged_halves
from minekvm.core.lineage.matching import Evidence, Match, followers, match_bodies, stems
from minekvm.core.lineage.message_names import Message, read_message
from minekvm.core.lineage.parts import part_changes
from minekvm.core.lineage.passed_names import SURE, passed, strangers
from minekvm.core.lineage.similarity import Body, Edit
from minekvm.core.lineage.twins import into_twin, out_of_twin
from minekvm.core.model import Change, FilePair, Function, FunctionVersion, Kind

_THIN = 0.4  # of a body's tokens, the most that a wrapper has which keeps its name elsewhere


@dataclass
class State:
    """What is known of a commit, what no rung has explained yet, and the changes found."""

    pairs: Sequence[FilePair]
    text: str  # the commit's message
    edits: list[Edit] = field(default_factory=list)  # of one name on both sides of a file
    vanished: list[Body] = field(default_factory=list)  # on the old side only
    appeared: list[Body] = field(default_factory=list)  # on the new side only
    standing: list[Body] = field(default_factory=list)  # on both sides, as they stand after
    matches: list[Match] = field(default_factory=list)  # whole bodies that went elsewhere
    passed: list[Edit] = field(default_factory=list)  # edits whose name went to another body
    superseded: list[Change] = field(default_factory=list)  # told behind all edits
    found: list[Change] = field(default_factory=list)
    same_file: set[tuple[str, str]] = field(default_factory=set)
    neighbours: dict[Body, tuple[str | None, str | None]] = field(default_factory=dict)
    # Per variant on one side only: the definitions of its name on the other side of its file.
    twins: dict[Body, list[Body]] = field(default_factory=dict)

    @cached_property
    def evidence(self) -> Evidence:
        """What the message and the callers say; first asked for before names pass on."""
        turned = followers(self.edits, self.vanished, self.appeared)
        renamed = stems(self.vanished, self.appeared)
        return Evidence(read_message(self.text), turned, self.neighbours, renamed)

    @property
    def message(self) -> Message:
        return self.evidence.message

    def explain(self, changes: Sequence[Change], *, old: bool = False, new: bool = False) -> None:
        """Keep changes, and strike their old or new sides from what is not explained."""
        self.found += changes
        if old:
            gone = {c.old for c in changes}
            self.vanished = [b for b in self.vanished if b.version not in gone]
        if new:
            come = {c.new for c in changes}
            self.appeared = [b for b in self.appeared if b.version not in come]


def changes(pairs: Sequence[FilePair], message: str = "") -> list[Change]:
    """Every function-level change of one (commit, parent) pair, in the order of its files.

    `pairs` are the files that differ; `message` is the commit's own, read as evidence for which
    name became which, never instead of the bodies.
    """
    state = State(pairs, message)
    for _, rung in RUNGS:
        rung(state)
    return state.found


def _same_names(state: State) -> None:
    """Pair definitions of one name in one file, variant by variant."""
    for pair in state.pairs:
        old = _bodies(pair.old_path, pair.old)
        new = _bodies(pair.new_path, pair.new)
        if pair.old_path is not None and pair.new_path is not None:
            state.same_file.add((pair.old_path, pair.new_path))
        old_by, new_by = _by_name(old), _by_name(new)
        for name in dict.fromkeys([*old_by, *new_by]):
            twins, lost, won = pair_variants(old_by.get(name, []), new_by.get(name, []))
            state.edits += [Edit(a, b) for a, b in twins if a.function.text != b.function.text]
            state.standing += [b for _, b in twins]
            state.vanished += lost
            state.appeared += won
            state.twins |= {b: new_by[name] for b in lost if name in new_by}
            state.twins |= {b: old_by[name] for b in won if name in old_by}
        shared = old_by.keys() & new_by.keys()
        for side in (old, new):
            _note_neighbours(side, shared, state)


def _whole_bodies(state: State) -> None:
    """Which definition that vanished is which that appeared; and which names passed on."""
    foreign = strangers(state.edits, state.vanished)
    if not state.vanished and not state.appeared and len(foreign) < 2:
        return
    matches = match_bodies(
        [*state.vanished, *(e.old for e in foreign)],
        [*state.appeared, *(e.new for e in foreign)],
        state.same_file,
        state.evidence,
    )
    matches = [m for m in matches if not _strays(m, state)]
    state.passed = passed(foreign, matches, state.message)
    kept = {side for e in foreign if e not in state.passed for side in (e.old, e.new)}
    state.matches = [m for m in matches if m.old not in kept and m.new not in kept]
    state.edits = [e for e in state.edits if e not in state.passed]
    state.vanished += [e.old for e in state.passed]
    state.appeared += [e.new for e in state.passed]
    taken = {side for m in state.matches for side in (m.old, m.new)}
    state.vanished = [b for b in state.vanished if b not in taken]
    state.appeared = [b for b in state.appeared if b not in taken]


def _strays(match: Match, state: State) -> bool:
    """Whether a match takes a variant from a name that lives on, on less than plain likeness."""
    old, new = match.old, match.new
    if old.name == new.name or match.score >= SURE or (old.name, new.name) in state.message.said:
        return False
    return old in state.twins or new in state.twins


def _wrappers(state: State) -> None:
    """A body that went on under another name, while its own stays as a wrapper around it."""
    for edit in state.passed:
        went = [m for m in state.matches if m.old is edit.old]
        if not went or edit.new not in state.appeared or not went[0].new.called_by(edit.new):
            continue
        (match,) = went
        state.matches.remove(match)
        state.edits.append(edit)
        state.appeared.remove(edit.new)
        rule = "wrapper keeps the name, body went on, called in its place"
        state.superseded.append(
            Change(("superseded",), match.old.version, match.new.version, rule, match.score)
        )


def _wrappers_elsewhere(state: State) -> None:
    """The same where the wrapper that keeps the name stands in another file, a header often."""
    named = _by_name(state.appeared)
    for match in [m for m in state.matches if m.old.name != m.new.name]:
        old, new = match.old, match.new
        kept = [
            b
            for b in named.get(old.name, ())
            if new.called_by(b) and len(b.body) <= _THIN * len(old.body)
        ]
        if not kept:
            continue
        named[old.name].remove(kept[0])
        state.matches.remove(match)
        state.appeared.remove(kept[0])
        rule = "wrapper keeps the name in another file"
        state.matches.append(Match(old, kept[0], rule, match.score))
        rule = f"{rule}, body went on"
        state.superseded.append(
            Change(("superseded",), old.version, new.version, rule, match.score)
        )


def _edits(state: State) -> None:
    """What kept its name."""
    state.found += [c for e in state.edits if (c := edit_change(e.old, e.new)) is not None]


def _divided_and_joined(state: State) -> None:
    """What became what as a whole: one body another, or several like it, or several one."""
    if not state.matches and not state.superseded:
        return
    halves = divided(state.matches, state.appeared, state.evidence)
    apart = {c.old for c in halves}
    state.found += [_whole(m, state.same_file) for m in state.matches if m.old.version not in apart]
    state.explain(halves, new=True)
    state.explain(joined(state.matches, state.vanished, state.evidence), old=True)
    state.found += state.superseded


def _variants(state: State) -> None:
    """Variants of one name that became one, or of which one became several."""
    into = [c for b in state.vanished if (c := into_twin(b, state.twins.get(b, ()))) is not None]
    out = [c for b in state.appeared if (c := out_of_twin(b, state.twins.get(b, ()))) is not None]
    state.explain(into, old=True)
    state.explain(out, new=True)


def _parts(state: State) -> None:
    """Parts of bodies: split, merged, extracted, inlined, superseded."""
    if not state.vanished and not state.appeared:
        return
    rebodied = [Edit(m.old, m.new) for m in state.matches if m.old.tokens != m.new.tokens]
    parts = part_changes(state.edits, rebodied, state.vanished, state.appeared, state.message)
    state.found = merged_halves([*state.found, *parts], parts, state.message)
    ended = {"split", "merged", "inlined"}  # a source that only lost a part is removed as well
    sources = {c.old for c in parts if ended & set(c.kinds)}
    targets = {c.new for c in parts}
    state.vanished = [b for b in state.vanished if b.version not in sources]
    state.appeared = [b for b in state.appeared if b.version not in targets]


def _left_over(state: State) -> None:
    """What no rung explained was added or removed; of what is added, what it is a copy of."""
    state.found += [
        Change(("removed",), b.version, None, "no like of it appeared", 1.0) for b in state.vanished
    ]
    copies = Copies(state.standing, state.appeared)
    for body in state.appeared:
        change = Change(("added",), None, body.version, "no like of it vanished", 1.0)
        state.found.append(copies.told(body) or change)


Rung = Callable[[State], None]
RUNGS: tuple[tuple[str, Rung], ...] = (
    ("one name in one file", _same_names),
    ("whole bodies elsewhere, or under another name", _whole_bodies),
    ("wrappers that keep the name of a body", _wrappers),
    ("wrappers that keep it in another file", _wrappers_elsewhere),
    ("edits", _edits),
    ("bodies divided and joined as a whole", _divided_and_joined),
    ("variants of one name", _variants),
    ("parts of bodies", _parts),
    ("added and removed", _left_over),
)


def _whole(match: Match, same_file: set[tuple[str, str]]) -> Change:
    old, new = match.old, match.new
    moved = (old.path, new.path) not in same_file
    renamed = old.name != new.name
    kind: Kind = "renamed"
    if moved:
        kind = "renamed+moved" if renamed else "moved"
    kinds = (kind, *(k for k in differences(old, new) if k != "attributes"))
    return Change(kinds, old.version, new.version, match.rule, match.score)


def _bodies(path: str | None, functions: tuple[Function, ...]) -> list[Body]:
    if path is None:
        return []
    return [Body(FunctionVersion(path, f), i) for i, f in enumerate(functions)]


def _by_name(bodies: Sequence[Body]) -> dict[str, list[Body]]:
    grouped: defaultdict[str, list[Body]] = defaultdict(list)
    for body in bodies:
        grouped[body.name].append(body)
    return grouped


def _note_neighbours(side: list[Body], shared: set[str], state: State) -> None:
    """For each definition on one side only, the nearest names before and after it on both."""
    before: list[str | None] = []
    last: str | None = None
    for body in side:
        before.append(last)
        last = body.name if body.name in shared else last
    after: str | None = None
    for body, ahead in zip(reversed(side), reversed(before), strict=True):
        if body.name in shared:
            after = body.name
        else:
            state.neighbours[body] = (ahead, after)
