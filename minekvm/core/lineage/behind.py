"""What may be behind an edit or a birth: questions that the walk asks of one commit."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from minekvm.core.kinds import CONTINUES, EDITS
from minekvm.core.lineage.edits import differences, pair_variants
from minekvm.core.lineage.parts import may_be_part
from minekvm.core.lineage.past import Past, same
from minekvm.core.lineage.similarity import Body, similarity
from minekvm.core.lineage.succession import original, successor
from minekvm.core.lineage.ways import Point
from minekvm.core.model import Change, CommitId, FileHistory, FunctionVersion, Kind, Node

_REWORKED = 0.55  # likeness below which an edit may hide a wrapper, a split or a merge
_PIECE = 8  # tokens by which a body shrinks or grows that lost or took in a part
_REVIVED = 0.3  # likeness from which a former definition of the name is the same function
_ASKED = 8  # called functions that are looked up in the file


@dataclass
class Step:
    """A definition standing at a node."""

    file: FileHistory
    node: Node
    body: Body
    way: Point = 0  # from which the walk came to it


def partners(past: Past, step: Step) -> list[tuple[Node, Body]]:
    """The definitions in the node's parents that this one continues, at most one a parent."""
    found = []
    name = step.body.name
    mine = past.bodies(step.file, step.node, name)
    for parent in step.node.parents:
        node = step.file.nodes.get(parent)
        if node is None:
            continue
        pairs, _, _ = pair_variants(past.bodies(step.file, node, name), mine)
        found += [
            (node, old) for old, new in pairs if new.function.start == step.body.function.start
        ]
    return found


def real_parent(step: Step, node: Node, real: Sequence[CommitId]) -> CommitId:
    """Which real parent a rewritten one stands for: the same place, where none was dropped."""
    if len(step.node.parents) == len(real):
        return real[step.node.parents.index(node.id)]
    return node.id if node.id in real else real[0]


def passed_on(past: Past, step: Step, old: Body, real: Sequence[CommitId]) -> bool:
    """Whether the name passed to another body here, so that `old` is no ancestor."""
    new = step.body.version
    mine = [
        change
        for parent in real
        for change in past.changes(step.node.id, parent, new)
        if change.new is not None and same(change.new, new)
    ]
    stays = any(
        c.old is not None and same(c.old, old.version) and EDITS & set(c.kinds) for c in mine
    )
    return bool(mine) and not stays


def reworked(past: Past, step: Step, old: Body) -> bool:
    """Whether more than an edit may be behind one.

    It went deep, or lost a twin, or functions that it began or ceased to call came or went.
    """
    parents = [step.file.nodes[p] for p in step.node.parents if p in step.file.nodes]
    name = step.body.name
    twins = max((len(past.bodies(step.file, n, name)) for n in parents), default=0)
    if twins > len(past.bodies(step.file, step.node, name)):
        return True
    if similarity(old, step.body) < _REWORKED:
        return True
    return any(
        _calls_passed(past, step, parent, old) or _taken_up(past, step, parent, old)
        for parent in parents
    )


def _calls_passed(past: Past, step: Step, parent: Node, old: Body) -> bool:
    """Whether called functions that came or went may have taken the body's place, or it theirs.

    A function that came stands nowhere in the file before, one that went nowhere in it behind: of
    such calls the message, the file or another file of the commit must know.
    """
    new = step.body
    came = past.history.lacking(step.file, parent, _names(new.calls - old.words))
    went = past.history.lacking(step.file, step.node, _names(old.calls - new.words))
    if not came and not went:
        return False
    said = past.history.commit(step.node.id).message
    there = past.history.defined(step.file, step.node, came)
    if any(_is_part(past, step, step.node, name, (old, new), said) for name in sorted(there)):
        return True
    there = past.history.defined(step.file, parent, went)
    if any(_is_part(past, step, parent, name, (new, old), said) for name in sorted(there)):
        return True
    growth = len(new.body) - len(old.body)
    names = came if growth < 0 else went
    if abs(growth) < _PIECE or not names:
        return False  # too little for files to be looked into that the walk does not read
    commit = past.history.commit(step.node.id)
    if any(name in commit.message for name in names):
        return True
    before = commit.parents[0] if commit.parents else None
    return past.history.crossed(commit.id, before, names, came=growth < 0)


def _is_part(
    past: Past, step: Step, node: Node, name: str, sides: tuple[Body, Body], message: str
) -> bool:
    """Whether a function of the file may be a piece that the first of two bodies lost."""
    found = past.history.definitions_alone(step.file, node, name)
    bodies = (Body(FunctionVersion(step.file.path, function)) for function in found)
    return any(may_be_part(body, *sides, said=name in message) for body in bodies)


def _taken_up(past: Past, step: Step, parent: Node, old: Body) -> bool:
    """Whether a piece that a body lost may have gone up into a function that calls it.

    Then the file, or another of the commit, names it more often than before.
    """
    new = step.body
    if len(old.body) - len(new.body) < _PIECE:
        return False
    if past.history.named_more(step.file, parent, step.node, new.name):
        return True
    commit = past.history.commit(step.node.id)
    before = commit.parents[0] if commit.parents else None
    return past.history.named_elsewhere(commit.id, before, new.name, step.file.path)


def _names(words: frozenset[bytes]) -> list[str]:
    return sorted(w.decode("latin-1") for w in words)[:_ASKED]


def sources(
    past: Past, step: Step, real: Sequence[CommitId], skip: int = 0
) -> list[tuple[CommitId, Change]]:
    """Where the definition came from according to each real parent's diff; may be empty."""
    found = []
    for parent in real:
        along = past.along(step.node.id, parent, step.body.version)
        if along is not None:
            found.append((parent, along))
            continue
        for change in past.changes(step.node.id, parent, step.body.version):
            if change.old is None or change.new is None:
                continue
            if not same(change.new, step.body.version):
                continue
            if skip and (change.old.path, change.old.name) == (step.file.path, step.body.name):
                continue
            if CONTINUES & set(change.kinds):
                found.append((parent, change))
    return found


def went_on(past: Past, node: Node, last: Body, change: Change) -> Change:
    """A removal, with the copy as which the definition went on, if one was made before."""
    if change.new is not None:
        return change
    found = successor(past, node.id, last)
    if found is None:
        return change
    rule = "copied first, the original removed later"
    return Change(change.kinds, change.old, None, rule, found.likeness, (found.version,))


def copied(past: Past, step: Step, parent: CommitId) -> Change | None:
    """What a new definition was copied from, if that stayed for a while and was removed later."""
    found = original(past, step.node.id, parent, step.body)
    if found is None:
        return None
    old, new = found.version, step.body
    moved, renamed = old.path != new.path, old.name != new.name
    kind: Kind = "renamed" if not moved else "renamed+moved" if renamed else "moved"
    kinds = (kind, *(k for k in differences(Body(old), new) if k != "attributes"))
    rule = "copied first, the original removed later"
    return Change(kinds, old, new.version, rule, found.likeness)


def former_life(past: Past, step: Step) -> tuple[Node, Node, Body] | None:
    """An earlier life of a name in its file: what ended it, its last node, and what stood there."""
    seen: set[CommitId] = {step.node.id}
    layer = [step.node]
    while layer:
        below: list[Node] = []
        for child in layer:
            for id_ in child.parents:
                node = step.file.nodes.get(id_)
                if node is None or id_ in seen:
                    continue
                seen.add(id_)
                former = past.bodies(step.file, node, step.body.name)
                if former and child is step.node:
                    return None  # not revived: a variant beside one that stood before
                if not former:
                    below.append(node)
                    continue
                best = max(former, key=lambda b: similarity(b, step.body))
                alike = similarity(best, step.body) >= _REVIVED
                return (child, node, best) if alike else None
        layer = below
    return None
