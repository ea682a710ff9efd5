"""What happened to definitions, in words, each with the checks that hold it up and what shows it.

A check is evaluated (analyses/why/checked.py) before its statement is made: what does not hold is
not said.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import replace

from minekvm.core.kinds import BEGINS
from minekvm.core.model import Change, CommitId, Event, FunctionVersion, Kind
from minekvm.core.why.call_wording import shift_statements, use_statements
from minekvm.core.why.checks import PARTS, differences
from minekvm.core.why.model import Check, Citation
from minekvm.core.why.moved_within import Reorder
from minekvm.core.why.occurrence import Occurrence
from minekvm.core.why.statements import Statement, at, between, call, definition, key_of, listed

_TOLD = 3  # statements told in one sentence


def told(occurrence: Occurrence, parents: Sequence[CommitId] = ()) -> list[Statement]:
    """What a commit did, most telling first; only what holds."""
    statements = [_event(e) for e in _together(occurrence.events)]
    statements += [_reorder(r, occurrence.commit) for r in occurrence.reorders]
    statements += list(shift_statements(occurrence, parents))
    if occurrence.later:
        statements += list(_later(occurrence))
    if not any(s is not None and s.text for s in statements):
        statements += list(use_statements(occurrence, parents))
    return list({s.text: s for s in statements if s is not None and s.text}.values())


def _together(events: Sequence[Event]) -> list[Event]:
    """Events, those in one by which one body went into several."""
    found: dict[object, Event] = {}
    for event in events:
        change = event.change
        parts = {"split", "extracted", "superseded"} & set(change.kinds)
        alone: object = BEGINS if change.rule == BEGINS else event
        key: object = (event.parent, change.old, tuple(sorted(parts))) if parts else alone
        first = found.get(key)
        if first is None:
            found[key] = event
            continue
        sides = (*first.change.others, first.change.new, *change.others, change.new)
        others = dict.fromkeys(v for v in sides if v is not None)
        found[key] = replace(event, change=replace(first.change, others=tuple(others)))
    return list(found.values())


def spoken(statements: Sequence[Statement], most: int = _TOLD) -> str:
    """Some statements in one: "moved ...; dropped ...; and 2 more like that"."""
    more = len(statements) - most
    rest = [f"and {more} more like that"] * (more > 0)
    return "; ".join([*(s.text for s in statements[:most]), *rest])


def _later(occurrence: Occurrence) -> Iterator[Statement]:
    """The name of a symbol that was renamed while its calls moved."""
    for event in occurrence.events:
        new = event.change.new
        if new is not None and new.name == occurrence.later:
            check = Check("defines", new.name, new.path, before=None, after=True)
            yield Statement(f"renamed it to {call(new.name)}", (check,), ())
            return


# --- definitions


def _event(event: Event) -> Statement | None:
    """One event of a definition, with the line where it is now, or was last."""
    change = event.change
    old, new, kinds = change.old, change.new, set(change.kinds)
    shown: tuple[Citation, ...] = ()
    if new is not None:
        shown = (definition(event.commit, new),)
    elif old is not None and event.parent is not None:
        shown = (definition(event.parent, old),)
    checks = _definitions(old, new)
    if new is None:
        text = f"removed {at(old)}" if old is not None else ""
    elif old is None or kinds & {"introduced", "added"}:
        taken = old is not None and "extracted" in kinds
        text = f"introduced {at(new)}"
        if change.rule == BEGINS:
            count = len(change.others) - 1
            more = f" and {count} more function{'s' * (count > 1)}" if count > 0 else ""
            text = f"has {at(new)}{more} {BEGINS}"
        text += f", taken out of {call(old.name)}" if old is not None and taken else ""
        checks = _definitions(None, new)
    else:
        others = listed(dict.fromkeys(call(v.name) for v in change.others))
        text = _divided(kinds, old, new, others) or _carried(old, new)
        checks += tuple(_besides(kinds, change, old, new))
    return Statement(text, checks, shown)


def _definitions(old: FunctionVersion | None, new: FunctionVersion | None) -> tuple[Check, ...]:
    """That a definition stood there before, and stands here since."""
    found = []
    if old is not None:
        after = None if new is not None and key_of(old) != key_of(new) else new is not None
        found.append(Check("defines", old.name, old.path, before=True, after=after))
    if new is not None and (old is None or key_of(old) != key_of(new)):
        before = False if old is None else None
        found.append(Check("defines", new.name, new.path, before=before, after=True))
    return tuple(found)


def _besides(
    kinds: set[Kind], change: Change, old: FunctionVersion, new: FunctionVersion
) -> Iterator[Check]:  # fmt: skip
    """What must hold beside the two definitions: of others that had a part, and of the edit."""
    divided = next((k for k in _DIVIDED if k in kinds), None)
    for other in change.others if divided else ():
        gone = divided in ("merged", "inlined")
        after = None if divided == "merged" else not gone
        stood = True if gone else None
        yield Check("defines", other.name, other.path, before=stood, after=after)
    if divided == "superseded" and change.others:
        callee = change.others[0].name
        yield Check("calls", callee, new.path, new.name, before=None, after=True)
    if divided is None and key_of(old) != key_of(new):
        yield Check("defines", old.name, old.path, before=None, after=False)
    if divided is None and key_of(old) == key_of(new):
        for part, differs in zip(PARTS, differences(old.function, new.function), strict=True):
            if differs:
                yield Check(part, new.name, new.path, before=None, after=True)


_DIVIDED: tuple[Kind, ...] = ("split", "superseded", "merged", "inlined", "extracted")


def _divided(kinds: set[Kind], old: FunctionVersion, new: FunctionVersion, others: str) -> str:
    """One body that became several or several that became one; "" where it stayed one."""
    was, now = call(old.name), call(new.name)
    said: dict[Kind, str] = {
        "split": f"split {was} into {others or now}",
        "superseded": f"made {was} a wrapper of {others or now}",
        "merged": f"merged {was} into {now}"
        if was != now
        else f"merged the variants of {was} into one",
        "inlined": f"dissolved {others or was} into {now}",
        "extracted": f"took {others or now} out of {was}",
    }
    return next((words for kind, words in said.items() if kind in kinds), "")


def _carried(old: FunctionVersion, new: FunctionVersion) -> str:
    """One definition under another name, in another file, or edited."""
    moved = "" if old.path == new.path else f"moved from {old.path} to {new.path}"
    renamed = "" if old.name == new.name else f"renamed {call(old.name)} to {call(new.name)}"
    if renamed:
        return f"{renamed}, {moved}" if moved else renamed
    if moved:
        return moved.replace("moved", f"moved {call(new.name)}", 1)
    parts = zip(PARTS, differences(old.function, new.function), strict=True)
    edited = [f"the {part}" for part, differs in parts if differs]
    return f"changed {' and '.join(edited) or 'the text'} of {at(new)}"


def _reorder(reorder: Reorder, commit: CommitId) -> Statement:
    """A move within a file, with the definitions between which it ended."""
    where = between(reorder.after, reorder.before)
    name, path = reorder.new.name, reorder.new.path
    check = Check("defines", name, path, before=True, after=True)
    text = f"moved {call(name)} within {path}{where}"
    return Statement(text, (check,), (definition(commit, reorder.new),))
