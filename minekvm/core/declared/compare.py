"""The declarations of files before and after one commit to what happened to them.

Names first, then what moved, what became of another kind, what was renamed; the sure ones first.
Thresholds are hand-set and evaluated by `benchmarks/kinds.py`.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from rapidfuzz.distance import Indel

from minekvm.core.declarations import Declaration, Declared, Member
from minekvm.core.declared.members import member_changes
from minekvm.core.declared.versions import full_name, part, whole
from minekvm.core.kinds import LAYOUT
from minekvm.core.model import Change, CommitId, FunctionVersion, Kind

_SIMILAR = 0.5  # of the members, or of the names where values are the same
_MOST_COMPARED = 40_000  # pairs of what is gone and what came that are compared
# What has no value worth calling two the same.
_PLAIN = frozenset(("", 0, 1, -1, "(0)", "(1)", "(-1)", "NULL", "int", "unsigned int"))
_AGGREGATES = frozenset(("struct", "union"))
_OBJECTS = frozenset(("macro", "variable", "parameter", "config", "entry-point", "compatible"))


@dataclass(frozen=True, slots=True)
class DeclaredPair:
    """A file on both sides of one (commit, parent) pair; None where a side lacks it.

    `old_functions` and `new_functions` are what else defines names there.
    """

    old_path: str | None
    new_path: str | None
    old: tuple[Declaration, ...]
    new: tuple[Declaration, ...]
    old_functions: tuple[FunctionVersion, ...] = ()
    new_functions: tuple[FunctionVersion, ...] = ()


Both = tuple[Declared, Declared]


def changes(pairs: Sequence[DeclaredPair]) -> list[Change]:
    """What a commit did to declarations and their members, given the files that it changed."""
    found: list[Change] = []
    matched: list[Both] = []
    gone: list[Declared] = []
    came: list[Declared] = []
    for pair in pairs:
        old = [Declared(pair.old_path, d) for d in pair.old] if pair.old_path else []
        new = [Declared(pair.new_path, d) for d in pair.new] if pair.new_path else []
        both, left, right = _paired(old, new)
        matched += both
        gone += left
        came += right
    for a, b in matched:
        found += compared(a, b)
    for rule in (_moved, _became_aggregate, _renamed):
        for a, b, kinds, why, score in rule(gone, came):
            gone.remove(a)
            came.remove(b)
            found.append(Change(kinds, whole(a), whole(b), why, score))
            found += member_changes(a, b)
    found += _became_functions(pairs, gone, came)
    found += _alone(gone, came)
    return _crossing(found)


def commit_changes(pairs: Sequence[DeclaredPair]) -> list[Change]:
    """As `changes`, without what only came along with its file."""
    return [c for c in changes(pairs) if c.kinds != ("file-renamed",)]


Sides = list[tuple[CommitId | None, list[Change]]]


def own(sides: Sides) -> Sides:
    """Of what a merge changed against each parent, what it has from none of them."""
    told = [{(c.kinds, _names(c)) for c in found} for _, found in sides]
    shared = set.intersection(*told)
    return [(p, [c for c in found if (c.kinds, _names(c)) in shared]) for p, found in sides]


def _names(change: Change) -> tuple[str, str]:
    """The place and name of what there is after a change, or was before it."""
    version = change.new or change.old
    assert version is not None
    return version.path, version.name


def compared(old: Declared, new: Declared) -> list[Change]:
    """What happened to a declaration that has one name and kind on both sides."""
    a, b = old.declaration, new.declaration
    kinds: list[Kind] = ["file-renamed"] if old.path != new.path else []
    if a.text == b.text and a.type == b.type:  # its members' lines may have shifted
        return [_whole_change(kinds, old, new, "its file was renamed")] if kinds else []
    parts = member_changes(old, new)
    rule = "its file was renamed" if kinds else "same name"
    if a.type != b.type:
        kinds.append("value-changed" if a.kind == "macro" else "type-changed")
    if not kinds and not parts:
        kinds.append("modified")
        if a.members:
            rule = "no member changed"
        elif a.kind == "macro":
            rule = LAYOUT
    found = [_whole_change(kinds, old, new, rule)] if kinds and b.name else []
    return found + parts


def _whole_change(kinds: Sequence[Kind], old: Declared, new: Declared, rule: str) -> Change:
    return Change(tuple(kinds), whole(old), whole(new), rule, 1.0)


def _paired(
    old: Sequence[Declared], new: Sequence[Declared]
) -> tuple[list[Both], list[Declared], list[Declared]]:
    """Declarations of one kind and name in a file; twins by text, then condition, then order."""
    waiting: defaultdict[tuple[str, str], list[Declared]] = defaultdict(list)
    for each in old:
        waiting[each.declaration.kind, each.name].append(each)
    found: dict[int, Declared] = {}
    for same in (_same_text, _same_condition, _same_name):
        for n, each in enumerate(new):
            others = waiting[each.declaration.kind, each.name]
            fitting = [o for o in others if n not in found and same(o, each)]
            if fitting:
                found[n] = fitting[0]
                waiting[each.declaration.kind, each.name].remove(fitting[0])
    left = [each for rest in waiting.values() for each in rest]
    right = [each for n, each in enumerate(new) if n not in found]
    return [(found[n], new[n]) for n in sorted(found)], left, right


def _same_text(a: Declared, b: Declared) -> bool:
    return a.declaration.text == b.declaration.text


def _same_condition(a: Declared, b: Declared) -> bool:
    if not a.name:  # without a name: by what it holds
        return len(_shared(a, b)) > 0
    return a.declaration.condition == b.declaration.condition


def _same_name(a: Declared, b: Declared) -> bool:
    return bool(a.name) or len(_shared(a, b)) > 0


def _shared(a: Declared, b: Declared) -> set[str]:
    return {m.name for m in a.declaration.members} & {m.name for m in b.declaration.members}


Match = tuple[Declared, Declared, tuple[Kind, ...], str, float]


def _moved(gone: Sequence[Declared], came: Sequence[Declared]) -> Iterator[Match]:
    """One kind and name in another file."""
    there: defaultdict[tuple[str, str], list[Declared]] = defaultdict(list)
    for each in gone:
        there[each.declaration.kind, each.name].append(each)
    for each in list(came):
        others = there[each.declaration.kind, each.name] if each.name else []
        if others:
            best = max(others, key=lambda o: (_same_text(o, each), -abs(_size(o) - _size(each))))
            others.remove(best)
            a, b = best.declaration, each.declaration
            kinds: tuple[Kind, ...] = ("moved",) if best.path != each.path else ("modified",)
            if a.type != b.type:
                kinds += ("value-changed" if a.kind == "macro" else "type-changed",)
            yield best, each, kinds, "same name, gone there and new here", 1.0


def _size(each: Declared) -> int:
    return len(each.declaration.text)


def _became_aggregate(gone: Sequence[Declared], came: Sequence[Declared]) -> Iterator[Match]:
    """One name in a file, of another kind: a struct that is now a union, a macro a variable."""
    there = {(each.path, each.name): each for each in gone if each.name}
    for each in list(came):
        other = there.get((each.path, each.name))
        if other is None:
            continue
        kinds = {other.declaration.kind, each.declaration.kind}
        if kinds <= _AGGREGATES or kinds <= _OBJECTS | {"typedef"}:
            del there[each.path, each.name]
            yield other, each, ("became",), "same name in the file, of another kind", 1.0


def _renamed(gone: Sequence[Declared], came: Sequence[Declared]) -> Iterator[Match]:
    """One kind under another name: what holds alike, or has the same value."""
    if len(gone) * len(came) > _MOST_COMPARED:
        return
    rated = [
        (score, a.path == b.path, -i, -j, a, b)
        for i, a in enumerate(gone)
        for j, b in enumerate(came)
        if a.name and b.name and a.declaration.kind == b.declaration.kind
        if (score := _alike(a, b)) >= _SIMILAR
    ]
    taken_old: set[int] = set()
    taken_new: set[int] = set()
    for score, here, i, j, a, b in sorted(rated, key=lambda r: r[:4], reverse=True):
        if i in taken_old or j in taken_new:
            continue
        taken_old.add(i)
        taken_new.add(j)
        kinds: tuple[Kind, ...] = ("renamed",) if here else ("renamed+moved",)
        if a.declaration.type.replace(a.name, b.name) != b.declaration.type:
            kinds += ("value-changed" if a.declaration.kind == "macro" else "type-changed",)
        yield a, b, kinds, "what it holds is alike", min(score, 1.0)


def _alike(a: Declared, b: Declared) -> float:
    """How alike two declarations of one kind are, between 0 and 1."""
    one, other = a.declaration, b.declaration
    names = Indel.normalized_similarity(a.name, b.name)
    if one.members or other.members:
        left = Counter((m.name, m.type) for m in one.members)
        right = Counter((m.name, m.type) for m in other.members)
        share = (left & right).total() / max((left | right).total(), 1)
        few = min(len(one.members), len(other.members)) < 3
        return (share + names) / 2 if few else share
    same = _value(one.type.replace(a.name, b.name)) == _value(other.type)
    if one.kind == "macro":
        plain = _value(one.type) in _PLAIN
        return names if same and names >= (0.75 if plain else _SIMILAR) else 0.0
    if a.path != b.path and names < 0.8:
        return 0.0
    return names if same and names >= 0.6 else 0.0


def _value(told: str) -> str | int:
    """A value as it is written; a plain number as the number that it is."""
    try:
        return int(told, 0)
    except ValueError:
        return told


def _became_functions(
    pairs: Sequence[DeclaredPair], gone: list[Declared], came: list[Declared]
) -> Iterator[Change]:
    """Macros that became functions in their file, and back."""
    for pair in pairs:
        after = {v.name: v for v in pair.new_functions}
        before = {v.name: v for v in pair.old_functions}
        for each in [g for g in gone if g.path == pair.old_path and g.declaration.kind == "macro"]:
            if each.name in after and each.name not in before:
                gone.remove(each)
                why = "the macro's name in the file is a function's now"
                yield Change(("became",), whole(each), after[each.name], why, 1.0)
        for each in [c for c in came if c.path == pair.new_path and c.declaration.kind == "macro"]:
            if each.name in before and each.name not in after:
                came.remove(each)
                why = "the function's name in the file is a macro's now"
                yield Change(("became",), before[each.name], whole(each), why, 1.0)


def _alone(gone: Sequence[Declared], came: Sequence[Declared]) -> Iterator[Change]:
    """What is only gone, and what is only new; with its members, so that they can be followed."""
    for each in gone:
        if each.name:
            yield Change(("removed",), whole(each), None, "absent from then on", 1.0)
        for member in each.declaration.members:
            why = _WITH if each.name else "absent from then on"
            yield Change(("removed",), part(each, member), None, why, 1.0)
    for each in came:
        if each.name:
            yield Change(("added",), None, whole(each), "not there before", 1.0)
        for member in each.declaration.members:
            why = _WITH if each.name else "not there before"
            yield Change(("added",), None, part(each, member), why, 1.0)


_WITH = "with what it is a part of"


def _crossing(found: list[Change]) -> list[Change]:
    """The same changes, but what is gone in one declaration and came in another is one move.

    A field under its name and with its type, a constant or macro under its name; where each of
    both is the only one.
    """
    gone: defaultdict[tuple[str, str], list[int]] = defaultdict(list)
    came: defaultdict[tuple[str, str], list[int]] = defaultdict(list)
    for n, change in enumerate(found):
        if change.kinds == ("removed",) and change.old is not None:
            gone[_key(change.old)].append(n)
        elif change.kinds == ("added",) and change.new is not None:
            came[_key(change.new)].append(n)
    out = dict(enumerate(found))
    for key, places in gone.items():
        if not key[0] or len(places) != 1 or len(came[key]) != 1:
            continue
        a, b = found[places[0]], found[came[key][0]]
        old, new = a.old, b.new
        if old is None or new is None or (a.rule == _WITH and b.rule == _WITH and key[1] == ""):
            continue
        kind: Kind = "became" if old.function.kind != new.function.kind else "moved"
        if kind == "became" and {old.function.kind, new.function.kind} != {"macro", "constant"}:
            continue
        why = "same name and type, gone there and new here"
        out[places[0]] = Change((kind,), old, new, why, 1.0)
        del out[came[key][0]]
    return [change for n, change in sorted(out.items()) if change.rule != _WITH]


def _key(version: FunctionVersion) -> tuple[str, str]:
    """What two halves of a move have in common; no name where it can be none."""
    function = version.function
    if function.kind == "field":
        return function.name.partition(".")[2].rpartition(".")[2], function.signature
    if function.kind in ("constant", "macro"):
        return function.name, "constant"
    return "", ""


def named(declaration: Declaration, name: str) -> Member | None:
    """The member that a full name names."""
    return next((m for m in declaration.members if full_name(declaration, m) == name), None)
