"""The ladder: definitions before and after one commit -> what happened to them.

Rungs, cheap and sure first: same path and name; same body elsewhere; same name with an alike body
in another file; a vanished name whose body appeared under another; parts of bodies (split, merged,
extracted, inlined, superseded). What no rung explains was added or removed. The rule that matched
stays in the change, so that precision can be counted per rule.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass, field

from minekvm.core.lineage.matching import Evidence, Match, followers, match_bodies
from minekvm.core.lineage.message_names import Message, read_message
from minekvm.core.lineage.parts import part_changes
from minekvm.core.lineage.similarity import Body, Edit, covered, similarity
from minekvm.core.model import Change, FilePair, Function, FunctionVersion, Kind

_TELLING = 30  # tokens from which a body says whether it is another's
_STRANGE = 0.4  # likeness below which two bodies of one name may be strangers
_TELLING_TWIN = 12  # tokens from which a variant is more than a stub
_TWIN = 0.6  # likeness, or share of statements, that makes a variant of one name another
_HALF = 0.9  # likeness from which a body became another alone, whatever was merged into it
_SAME = 0.95  # likeness from which a body that went elsewhere leaves its name to a new one
_SURE = 0.8  # likeness asked of a match that takes a name from its former body


@dataclass
class _Ledger:
    """What the first rung leaves: edits of one name, and names on one side only."""

    edits: list[Edit] = field(default_factory=list)
    vanished: list[Body] = field(default_factory=list)
    appeared: list[Body] = field(default_factory=list)
    same_file: set[tuple[str, str]] = field(default_factory=set)
    neighbours: dict[int, tuple[str | None, str | None]] = field(default_factory=dict)
    # Per variant on one side only: the definitions of its name on the other side of its file.
    twins: dict[int, list[Body]] = field(default_factory=dict)


def changes(pairs: Sequence[FilePair], message: str = "") -> list[Change]:
    """Every function-level change of one (commit, parent) pair, in the order of its files.

    `pairs` are the files that differ; `message` is the commit's own, read as evidence for which
    name became which, never instead of the bodies.
    """
    ledger = _Ledger()
    for pair in pairs:
        _same_names(pair, ledger)
    strangers = _strangers(ledger)
    if not ledger.vanished and not ledger.appeared and len(strangers) < 2:
        return [c for c in (edit_change(e.old, e.new) for e in ledger.edits) if c is not None]
    evidence = Evidence(
        read_message(message),
        followers(ledger.edits, ledger.vanished, ledger.appeared),
        ledger.neighbours,
    )
    matches = match_bodies(
        [*ledger.vanished, *(e.old for e in strangers)],
        [*ledger.appeared, *(e.new for e in strangers)],
        ledger.same_file,
        evidence,
    )
    matches = [m for m in matches if not _strays(m, ledger, evidence.message)]
    _part_strangers(ledger, strangers, matches, evidence.message)
    found = [c for c in (edit_change(e.old, e.new) for e in ledger.edits) if c is not None]
    found += [_whole(m, ledger.same_file) for m in matches]
    taken = {id(m.old) for m in matches} | {id(m.new) for m in matches}
    vanished = [b for b in ledger.vanished if id(b) not in taken]
    appeared = [b for b in ledger.appeared if id(b) not in taken]
    joined = [c for b in vanished if (c := _into_twin(b, ledger)) is not None]
    parted = [c for b in appeared if (c := _out_of_twin(b, ledger)) is not None]
    found += [*joined, *parted]
    vanished = [b for b in vanished if all(c.old is not b.version for c in joined)]
    appeared = [b for b in appeared if all(c.new is not b.version for c in parted)]
    rebodied = [Edit(m.old, m.new) for m in matches if m.old.tokens != m.new.tokens]
    parts = part_changes(ledger.edits, rebodied, vanished, appeared, evidence.message)
    found += parts
    found = _halves_merged(found, parts, evidence.message)
    ended = {"split", "merged", "inlined"}  # a source that only lost a part is removed as well
    sources = {id(c.old) for c in parts if c.old is not None and ended & set(c.kinds)}
    targets = {id(c.new) for c in parts if c.new is not None}
    found += [
        Change(("removed",), b.version, None, "no like of it appeared", 1.0)
        for b in vanished
        if id(b.version) not in sources
    ]
    found += [
        Change(("added",), None, b.version, "no like of it vanished", 1.0)
        for b in appeared
        if id(b.version) not in targets
    ]
    return found


def _strays(match: Match, ledger: _Ledger, message: Message) -> bool:
    """Whether a match takes a variant from a name that lives on, on less than plain likeness."""
    old, new = match.old, match.new
    if old.name == new.name or match.score >= _SURE or (old.name, new.name) in message.said:
        return False
    return id(old) in ledger.twins or id(new) in ledger.twins


def _into_twin(body: Body, ledger: _Ledger) -> Change | None:
    """A variant that went away, into the definition of its name that stayed."""
    twin, share = _best_twin(body, ledger)
    if twin is None:
        return None
    return Change(("merged",), body.version, twin.version, "variants became one", share)


def _out_of_twin(body: Body, ledger: _Ledger) -> Change | None:
    """A variant that appeared, made of the definition of its name that stood before."""
    twin, share = _best_twin(body, ledger)
    if twin is None:
        return None
    return Change(("split",), twin.version, body.version, "one became variants", share)


def _best_twin(body: Body, ledger: _Ledger) -> tuple[Body | None, float]:
    best, most = None, 0.0
    if len(body.body) < _TELLING_TWIN:
        return None, 0.0  # a stub is made of nothing
    for twin in ledger.twins.get(id(body), []):
        share = max(covered(body.statements, twin.statements), similarity(body, twin))
        if share > most:
            best, most = twin, share
    return (best, min(1.0, most)) if most >= _TWIN else (None, 0.0)


def _halves_merged(found: list[Change], parts: list[Change], message: Message) -> list[Change]:
    """Say `merged` of a body that became one which a like-sized other was merged into as well."""
    merged = {
        id(c.new): len(c.old.function.text)
        for c in parts
        if "merged" in c.kinds and c.old is not None and c.new is not None
    }

    def half(change: Change) -> bool:
        if change.old is None or id(change.new) not in merged or change.score >= _HALF:
            return False
        if change.new is None or (change.old.name, change.new.name) in message.said:
            return False
        return "renamed" in change.kinds or "renamed+moved" in change.kinds

    return [
        Change(("merged",), c.old, c.new, "several bodies in one", c.score) if half(c) else c
        for c in found
    ]


def _strangers(ledger: _Ledger) -> list[Edit]:
    """Edits that share a name and hardly more: the name may have passed to another body."""
    telling = [
        e
        for e in ledger.edits
        if _other_kind(e) or min(len(e.old.tokens), len(e.new.tokens)) >= _TELLING
    ]
    former = {tuple(b.tokens): b for b in [*(e.old for e in telling), *ledger.vanished]}

    def taken_over(edit: Edit) -> bool:
        return former.get(tuple(edit.new.tokens), edit.old) is not edit.old

    return [e for e in telling if taken_over(e) or similarity(e.old, e.new) < _STRANGE]


def _part_strangers(
    ledger: _Ledger, strangers: list[Edit], matches: list[Match], message: Message
) -> None:
    """Part the edits whose name surely passed to a vanished function's body; undo the others.

    A body that came out of a callee, or went into one, is inlined or extracted and no stranger.
    """
    by_new = {id(e.new): e for e in strangers}
    by_old = {id(e.old): e for e in strangers}
    passed = {
        id(by_new[id(m.new)])
        for m in matches
        if id(m.new) in by_new and _takes_name(m, by_new[id(m.new)], message)
    }
    passed |= {
        id(by_old[id(m.old)])
        for m in matches
        if id(m.old) in by_old
        and (
            (m.score >= _SAME and id(by_new.get(id(m.new))) in passed)
            or (m.score >= _SURE and _other_kind(by_old[id(m.old)]))
        )
    }
    for match in list(matches):
        touched = [p[id(b)] for p, b in ((by_old, match.old), (by_new, match.new)) if id(b) in p]
        if any(id(edit) not in passed for edit in touched):
            matches.remove(match)
    for edit in strangers:
        if id(edit) in passed:
            ledger.edits.remove(edit)
            ledger.vanished.append(edit.old)
            ledger.appeared.append(edit.new)


def _other_kind(edit: Edit) -> bool:
    """Whether a function's name became a macro's, or the other way round."""
    return (edit.old.function.kind == "macro") != (edit.new.function.kind == "macro")


def _takes_name(match: Match, edit: Edit, message: Message) -> bool:
    """Whether a match gives the edit's name to another function's body."""
    if match.old is edit.old or match.old.name.encode("latin-1", "replace") in edit.old.words:
        return False
    return match.score >= _SURE or (match.old.name, match.new.name) in message.said


def edit_change(old: Body, new: Body) -> Change | None:
    """What an edit of one definition is: None where its bytes are equal."""
    if old.function.text == new.function.text:
        return None
    if old.tokens == new.tokens:
        return Change(("modified",), old.version, new.version, "comments or layout only", 1.0)
    kinds: list[Kind] = []
    if old.header != new.header:
        kinds.append("signature")
    if old.body != new.body or not kinds:
        kinds.insert(0, "modified")
    rule = "same path and name" if old.path == new.path else "same name in the renamed file"
    return Change(tuple(kinds), old.version, new.version, rule, 1.0)


def _whole(match: Match, same_file: set[tuple[str, str]]) -> Change:
    old, new = match.old, match.new
    moved = (old.path, new.path) not in same_file
    renamed = old.name != new.name
    kind: Kind = "renamed"
    if moved:
        kind = "renamed+moved" if renamed else "moved"
    kinds: list[Kind] = [kind]
    if old.body != new.body:
        kinds.append("modified")
    if old.header != new.header:
        kinds.append("signature")
    return Change(tuple(kinds), old.version, new.version, match.rule, match.score)


def _same_names(pair: FilePair, ledger: _Ledger) -> None:
    """The first rung, for one file: pair definitions of one name, variant by variant."""
    old = _bodies(pair.old_path, pair.old)
    new = _bodies(pair.new_path, pair.new)
    if pair.old_path is not None and pair.new_path is not None:
        ledger.same_file.add((pair.old_path, pair.new_path))
    old_by, new_by = _by_name(old), _by_name(new)
    for name in dict.fromkeys([*old_by, *new_by]):
        twins, lost, won = pair_variants(old_by.get(name, []), new_by.get(name, []))
        ledger.edits += [Edit(a, b) for a, b in twins if a.function.text != b.function.text]
        ledger.vanished += lost
        ledger.appeared += won
        ledger.twins |= {id(b): new_by[name] for b in lost if name in new_by}
        ledger.twins |= {id(b): old_by[name] for b in won if name in old_by}
    shared = old_by.keys() & new_by.keys()
    for side in (old, new):
        _note_neighbours(side, shared, ledger)


def _bodies(path: str | None, functions: tuple[Function, ...]) -> list[Body]:
    if path is None:
        return []
    return [Body(FunctionVersion(path, f), i) for i, f in enumerate(functions)]


def _by_name(bodies: list[Body]) -> dict[str, list[Body]]:
    grouped: defaultdict[str, list[Body]] = defaultdict(list)
    for body in bodies:
        grouped[body.name].append(body)
    return grouped


def _note_neighbours(side: list[Body], shared: set[str], ledger: _Ledger) -> None:
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
            ledger.neighbours[id(body)] = (ahead, after)


def pair_variants(
    old: Sequence[Body], new: Sequence[Body]
) -> tuple[list[tuple[Body, Body]], list[Body], list[Body]]:
    """Pair the definitions of one name in one file: (pairs, lost, won).

    Variants under `#ifdef` are told apart by their text, then their condition, then their
    likeness; of a single definition on each side nothing is asked.
    """
    if len(old) == 1 and len(new) == 1:
        return [(old[0], new[0])], [], []
    left_old, left_new = list(old), list(new)
    pairs: list[tuple[Body, Body]] = []

    def take(same: str) -> None:
        for a in list(left_old):
            for b in left_new:
                if _agrees(a.function, b.function, same):
                    pairs.append((a, b))
                    left_old.remove(a)
                    left_new.remove(b)
                    break

    take("text and condition")
    take("text")
    take("condition")
    ranked = sorted(
        ((similarity(a, b), a.order, b.order, a, b) for a in left_old for b in left_new),
        key=lambda r: (-r[0], r[1], r[2]),
    )
    for alike, _, _, a, b in ranked:
        if a in left_old and b in left_new and (alike >= 0.5 or len(left_old) == len(left_new)):
            pairs.append((a, b))
            left_old.remove(a)
            left_new.remove(b)
    return pairs, left_old, left_new


def _agrees(a: Function, b: Function, same: str) -> bool:
    if same == "text":
        return a.text == b.text
    if same == "condition":
        return a.condition == b.condition
    return a.text == b.text and a.condition == b.condition
