"""Which definitions are worth a closer look: big commits have too many to try each with each."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping, Sequence

from minekvm.core.lineage.message_names import Message
from minekvm.core.lineage.similarity import Body, Edit, Statement

GLIMPSE = 0.3  # share that must stand there word for word before near-equal statements count
_COMMON = 300  # bodies from which a statement that all of them hold leads to none of them

Turned = Mapping[str, set[bytes]]
"""Per vanished name, the words that functions which stopped naming it began to name."""

Postings = dict[Statement, list[tuple[int, int]]]


class Where:
    """Which edits can matter to a definition.

    An edit matters where it began or ceased to name the definition, where enough of its statements
    came or went, or where callers or the message turn to its name.
    """

    def __init__(self, edits: Sequence[Edit], bodies: Iterable[Body]) -> None:
        self._edits = edits
        names = {b.name.encode("latin-1", "replace") for b in bodies}
        self._gained: defaultdict[bytes, list[int]] = defaultdict(list)
        self._lost: defaultdict[bytes, list[int]] = defaultdict(list)
        self._named: defaultdict[str, list[int]] = defaultdict(list)
        for at, edit in enumerate(edits):
            self._named[edit.new.name].append(at)
            for name in (edit.new.words - edit.old.words) & names:
                self._gained[name].append(at)
            for name in (edit.old.words - edit.new.words) & names:
                self._lost[name].append(at)
        self._gone = postings([e.gone for e in edits])
        self._come = postings([e.come for e in edits])

    def sources(self, target: Body) -> list[Edit]:
        """Edits that the definition may have been taken out of, in their order."""
        called = self._gained.get(target.name.encode("latin-1", "replace"), ())
        return [self._edits[i] for i in sorted({*called, *sharing(target, self._gone)})]

    def targets(self, body: Body, turned: Turned, message: Message) -> list[Edit]:
        """Edits that the definition may have gone into, in their order."""
        found = {*self._lost.get(body.name.encode("latin-1", "replace"), ())}
        found |= sharing(body, self._come)
        heirs = {n.decode("latin-1") for n in turned.get(body.name, ())}
        if body.name in message.words:
            heirs |= message.words
        found |= {i for name in heirs & self._named.keys() for i in self._named[name]}
        return [self._edits[i] for i in sorted(found)]


def postings(bags: Sequence[Counter[Statement]]) -> Postings:
    """Per statement the bags that hold it, and how often; what is in very many tells nothing."""
    found: defaultdict[Statement, list[tuple[int, int]]] = defaultdict(list)
    for at, bag in enumerate(bags):
        for statement, count in bag.items():
            found[statement].append((at, count))
    return {s: bags for s, bags in found.items() if len(bags) <= _COMMON}


def sharing(part: Body, postings: Postings) -> set[int]:
    """The bags that hold enough of a definition to be worth the closer look."""
    shared: defaultdict[int, int] = defaultdict(int)
    for statement, count in part.statements.items():
        for at, there in postings.get(statement, ()):
            shared[at] += len(statement) * min(count, there)
    return {at for at, size in shared.items() if size >= GLIMPSE * part.weight}


class Wholes:
    """Definitions that appeared, and which of those that vanished have much in common with them."""

    def __init__(self, appeared: Sequence[Body], vanished: Sequence[Body]) -> None:
        self._appeared, self._vanished = appeared, vanished
        self._new = postings([b.statements for b in appeared])
        self._old = postings([b.statements for b in vanished])

    def holding(self, body: Body) -> list[Body]:
        """What appeared and holds much of a definition that vanished."""
        return [self._appeared[i] for i in sorted(sharing(body, self._new))]

    def parts(self, target: Body) -> list[Body]:
        """What vanished and stands to a great part in a definition that appeared."""
        shared: defaultdict[int, int] = defaultdict(int)
        for statement, count in target.statements.items():
            for at, there in self._old.get(statement, ()):
                shared[at] += len(statement) * min(count, there)
        bodies = ((self._vanished[i], size) for i, size in sorted(shared.items()))
        return [body for body, size in bodies if size >= GLIMPSE * body.weight]
