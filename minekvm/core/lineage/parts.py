"""Parts of bodies: splits, merges, wrappers kept, functions extracted and inlined.

Judged by which statements left one definition and stand in another, weighted by tokens. A call that
comes or goes with the statements lowers what they must cover.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

from minekvm.core.lineage.message_names import Message
from minekvm.core.lineage.shortlists import GLIMPSE, Turned, Where, Wholes, postings, sharing
from minekvm.core.lineage.similarity import (
    Body,
    Edit,
    Statement,
    covered,
    similarity,
    weight,
    words_covered,
)
from minekvm.core.model import Change, Kind

_LEAST_WEIGHT = 5  # tokens in statements below which a body has no parts to speak of
_WITH_CALL = 0.35  # share of a part that must be found where a call speaks for it too
_WITHOUT_CALL = 0.75
_WORDS = 0.6  # the same of names and numbers, for parts that leave no whole statements
_WORDS_SAID = 0.1  # that, where the message says that just this was extracted or inlined
# The same where several shrank by so many tokens as they began to call it; hand-set, it changes
# nothing on 176 random commits of DPDK, OVS and U-Boot that speak of common code.
_WORDS_COMMON, _SHRUNK = 0.2, 20
_MOST = 0.6  # share of a body that counts as (nearly) the whole of it
_WRAPPER = 0.4  # what stays of a wrapper's or a divided body, at most
_DECLARED = 0.25  # the same of a wrapper that kept what it hands on; hand-set on lineages.toml
_WENT_ON = 0.75  # share of a body that stands in the one function that supersedes it
_ALIKE = 0.6

_RULES: dict[Kind, str] = {
    "extracted": "statements left for a new function",
    "split": "body divided over several",
    "superseded": "wrapper keeps the name, body went on",
}


@dataclass(frozen=True, slots=True)
class _Part:
    """A piece of `source` that stands in `target`; `share` is the target's (or source's) share."""

    source: Body
    target: Body
    edit: Edit | None
    share: float
    called: bool


def part_changes(
    edits: Sequence[Edit],
    rebodied: Sequence[Edit],
    vanished: Sequence[Body],
    appeared: Sequence[Body],
    message: Message,
) -> list[Change]:
    """Explain definitions that no other wholly became, by the parts they share with others.

    `edits` stand on both sides under one name, `rebodied` are the edits that renames and moves
    brought; `vanished` and `appeared` are what the earlier rungs left. Definitions that no change
    here names as a removed source or a new target stay added or removed.
    """
    where = Where([*edits, *rebodied], [*vanished, *appeared])
    out_of = _taken_out(where, vanished, appeared, message)
    changes: list[Change] = []
    explained: set[Body] = set()
    times = Counter(p.target for parts in out_of.values() for p in parts if p.called)
    for parts in out_of.values():
        found = _from_one_source(parts, {target for target, n in times.items() if n > 1})
        changes += found
        if parts[0].edit is None and any("split" in c.kinds for c in found):
            explained.add(parts[0].source)
    changes += _through_others(out_of, changes, appeared)
    turned = _turnings(edits, vanished)
    wholes = Wholes(appeared, vanished)
    for body in vanished:
        if body not in explained:
            changes += _into_others(body, where, turned, wholes, message)
    return changes


def _through_others(
    out_of: Mapping[Body, Sequence[_Part]], found: Sequence[Change], appeared: Sequence[Body]
) -> Iterator[Change]:
    """Parts that are called by what was taken out as well, and not by what they stood in."""
    told = {c.new for c in found}
    free = {b.name.encode("latin-1", "replace"): b for b in appeared if b.version not in told}
    for parts in out_of.values():
        for part in parts:
            if not part.called or part.edit is None:
                continue
            for word in sorted(part.target.words & free.keys()):
                share = _share(free[word], part.edit.gone, called=True)
                if share is not None and word not in part.edit.old.words:
                    target = free.pop(word).version
                    rule = "statements left for a new function, called through another"
                    score = min(1.0, share)
                    yield Change(("extracted",), part.source.version, target, rule, score)


def _taken_out(
    where: Where,
    vanished: Sequence[Body],
    appeared: Sequence[Body],
    message: Message,
) -> dict[Body, list[_Part]]:
    """Per source, the appeared definitions that are made of statements it lost."""
    by_source: defaultdict[Body, list[_Part]] = defaultdict(list)
    left = postings([b.statements for b in vanished])
    for target in appeared:
        if target.weight < 2:
            continue
        parts = list(_out_of_edited(where, target, message))
        for body in (vanished[i] for i in sorted(sharing(target, left))):
            share = _share(target, body.statements, called=False, least=_ALIKE)
            if share is not None:
                parts.append(_Part(body, target, None, share, False))
        parts = parts or list(_common(where, target))
        # Where some of the sources call what was taken out, the others are merely like it.
        any_calls = any(p.called for p in parts)
        for part in parts:
            if part.called or part.edit is None or not any_calls:
                by_source[part.source].append(part)
    for source, parts in by_source.items():
        if any(p.called for p in parts):
            by_source[source] = [p for p in parts if p.called]
    return by_source


def _out_of_edited(where: Where, target: Body, message: Message) -> Iterator[_Part]:
    """What an appeared definition has of each definition that was edited."""
    for edit in where.sources(target):
        if edit.new is target:
            continue
        called = target.called_by(edit.new) and not target.called_by(edit.old)
        share = _share(target, edit.gone, called)
        if share is None and called:
            said = target.name in message.extracted
            share = _words_share(target, edit.old, edit.new, said)
        if share is not None:
            yield _Part(edit.old, target, edit, share, called)


def _common(where: Where, target: Body) -> Iterator[_Part]:
    """What several functions did alike, written anew in one that each of them calls instead."""
    found = []
    for edit in where.sources(target):
        called = target.called_by(edit.new) and not target.called_by(edit.old)
        if edit.new is not target and called and _is_shrunk(edit.old, edit.new):
            share = words_covered(target, edit.old, edit.new)
            if share >= _WORDS_COMMON:
                found.append(_Part(edit.old, target, edit, share, called=True))
    if len(found) > 1:
        yield from found


def _is_shrunk(old: Body, new: Body) -> bool:
    return len(old.body) - len(new.body) >= _SHRUNK


def _share(
    part: Body, pool: Counter[Statement], called: bool, least: float = _WITHOUT_CALL
) -> float | None:
    """The share of `part` that stands in `pool`, or None where it is too little."""
    if not pool:
        return None
    wanted = _WITH_CALL if called else least
    if not called and part.weight < _LEAST_WEIGHT:
        return None
    if not called and weight(part.statements & pool) < GLIMPSE * part.weight:
        return None  # too little in common to be worth the closer look
    share = covered(part.statements, pool)
    return share if share >= wanted else None


def may_be_part(part: Body, lost: Body, kept: Body, *, said: bool) -> bool:
    """Whether one of two texts lost what a called function is made of, as the other kept it."""
    if _share(part, lost.statements - kept.statements, called=True) is not None:
        return True
    if _words_share(part, lost, kept, said) is not None:
        return True
    return _is_shrunk(lost, kept) and words_covered(part, lost, kept) >= _WORDS_COMMON


def _words_share(part: Body, lost: Body, kept: Body, said: bool) -> float | None:
    """The share of a part's words that one text lost; less will do where the author says so."""
    share = words_covered(part, lost, kept)
    return share if share >= (_WORDS_SAID if said else _WORDS) else None


def _from_one_source(parts: list[_Part], shared: set[Body]) -> list[Change]:
    """What became of one source; a part that others lost as well is `shared`, and none's half."""
    source, edit = parts[0].source, parts[0].edit
    together: Counter[Statement] = Counter()
    for part in parts:
        together += part.target.statements
    whole = covered(source.statements, together)
    hollow = edit is None or _hollow(edit)
    halves = [p.target for p in parts if p.target not in shared]
    kind: Kind = "extracted"
    if len(halves) >= 2 and whole >= _MOST and hollow:
        kind = "split"
    elif len(parts) == 1 and parts[0].called and hollow and _went_on(edit, parts[0].target, whole):
        kind = "superseded"
    changes = []
    for part in parts:
        own = "extracted" if kind == "split" and part.target in shared else kind
        rule = _RULES[own] + (", called in their place" if part.called else "")
        score = min(1.0, part.share)
        changes.append(Change((own,), source.version, part.target.version, rule, score))
    return changes


def _went_on(edit: Edit | None, target: Body, whole: float) -> bool:
    """Whether a body became a function that it calls: nearly all, or what its wrapper did not keep.

    `whole` is the share of the old body that stands there.
    """
    if edit is None or whole < _MOST:
        return False
    if whole >= _WENT_ON:
        return True
    if covered(edit.old.statements, edit.new.statements) > _DECLARED:
        return False
    if covered(edit.gone, target.statements) < _WENT_ON:
        return False
    return similarity(edit.old, target) > similarity(edit.old, edit.new)


def _hollow(edit: Edit) -> bool:
    """Whether an edit left next to nothing of a body, however long what took its place is."""
    if len(edit.new.body) <= _WRAPPER * len(edit.old.body):
        return True
    return covered(edit.old.statements, edit.new.statements) <= _WRAPPER


def _into_others(
    body: Body,
    where: Where,
    turned: Turned,
    wholes: Wholes,
    message: Message,
) -> list[Change]:
    """Where a vanished definition's statements went: into callers, twins or a new whole."""
    if body.weight < 2:
        return []
    found: list[Change] = []
    for edit in where.targets(body, turned, message):
        if edit.old is body:
            continue
        fresh = edit.old.name != edit.new.name
        if fresh and not body.called_by(edit.old) and (half := _half(body, edit)) is not None:
            found.append(half)
            continue
        change = _dissolved(body, edit, message) or _joined(body, edit, turned, message)
        if change is not None:
            found.append(change)
    if found:
        return found
    return _merged(body, wholes)


def _half(body: Body, edit: Edit) -> Change | None:
    """Merged with another into a new definition, of which the other is taken for the ancestor."""
    if 2 * body.weight < edit.old.weight:
        return None
    share = _share(body, edit.come, called=False, least=_ALIKE)
    if share is None:
        return None
    return Change(("merged",), body.version, edit.new.version, "several bodies in one", share)


def _dissolved(body: Body, edit: Edit, message: Message) -> Change | None:
    """Inlined: the caller lost the call and gained the statements."""
    called = body.called_by(edit.old) and not body.called_by(edit.new)
    if not called and body.weight < 3 * _LEAST_WEIGHT:
        return None
    share = _share(body, edit.come, called)
    if share is None and called:
        share = _words_share(body, edit.new, edit.old, body.name in message.inlined)
    if share is None:
        return None
    rule = "statements came to stand in the caller" if called else "statements came to stand here"
    return Change(("inlined",), body.version, edit.new.version, rule, min(1.0, share))


def _joined(body: Body, edit: Edit, turned: Turned, message: Message) -> Change | None:
    """Merged into a definition that was alike, to which callers turned."""
    if body.weight < 2 * _LEAST_WEIGHT or body.called_by(edit.old):
        return None
    theirs = {body.name, edit.new.name} <= message.words
    if not theirs and edit.new.name.encode("latin-1", "replace") not in turned.get(body.name, ()):
        return None
    share = covered(body.statements, edit.new.statements)
    if share < _WITHOUT_CALL or similarity(body, edit.new) < 0.5:
        return None
    return Change(("merged",), body.version, edit.new.version, "callers turned to its like", share)


def _turnings(edits: Sequence[Edit], vanished: Sequence[Body]) -> Turned:
    """Per vanished name, the words that functions which stopped naming it began to name."""
    gone = {b.name.encode("latin-1", "replace"): b.name for b in vanished}
    turned: defaultdict[str, set[bytes]] = defaultdict(set)
    for edit in edits:
        for lost in (edit.old.words & gone.keys()) - edit.new.words:
            turned[gone[lost]] |= edit.new.words - edit.old.words
    return turned


def _merged(body: Body, wholes: Wholes) -> list[Change]:
    """Several vanished definitions that together make up one that appeared."""
    for target in wholes.holding(body):
        share = _share(body, target.statements, called=False, least=_ALIKE)
        if share is None:
            continue
        others = [
            o
            for o in wholes.parts(target)
            if o is not body and _share(o, target.statements, False, _ALIKE) is not None
        ]
        together = body.statements.copy()
        for other in others:
            together |= other.statements
        if others and covered(target.statements, together) >= 0.5:
            rule = "several bodies in one"
            return [Change(("merged",), body.version, target.version, rule, min(1.0, share))]
    return []
