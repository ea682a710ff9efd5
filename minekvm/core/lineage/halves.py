"""Bodies that became several like them, and several that became one: told by whole bodies.

Where halves are much alike, or keep most of what they came of, the best match of one looks like
a rename; what is left over would look like a birth, or a removal.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Sequence

from minekvm.core.kinds import WHOLE
from minekvm.core.lineage.matching import Evidence, Match
from minekvm.core.lineage.message_names import Message
from minekvm.core.lineage.similarity import Body, Statement, could_reach, covered, similarity
from minekvm.core.model import Change

# Hand-set, not evaluated yet.
_HALF = 0.9  # likeness from which a body became another alone, whatever was merged into it
_PART = 0.6  # share of a part's statements that stood in the body it came of
_WHOLE = 0.6  # share of that body that its parts hold together
_LEFT = 0.8  # share of it, in the first part alone, from which the rest was no half
_ALIKE = 0.6  # likeness of a half, or of a copy, where callers or the name speak for it
_TELLING = 12  # tokens in a body that says anything


def divided(matches: Sequence[Match], appeared: Sequence[Body], evidence: Evidence) -> list[Change]:
    """Splits of bodies that a match took for renamed: the match's own change, and the others'."""
    found: list[Change] = []
    taken: set[Body] = set()
    index = _Index([b for b in appeared if len(b.body) >= _TELLING], evidence)
    for match in matches:
        said = (match.old.name, match.new.name) in evidence.message.said
        if match.old.name == match.new.name or said:
            continue
        others = [
            b
            for b in index.followed(match.old)
            if _free(b, match, taken) and _alike_half(match, b, evidence)
        ] or _parts(match, index, taken)
        if not others:
            continue
        taken.update(others)
        rule = "body divided over several"
        for part, score in ((match.new, match.score), *((b, _share(b, match.old)) for b in others)):
            found.append(Change(("split",), match.old.version, part.version, rule, score))
    return found


class _Index:
    """Which definitions that appeared may be another half: found by callers, and by statements."""

    def __init__(self, appeared: Sequence[Body], evidence: Evidence) -> None:
        self._appeared = appeared
        self._named: defaultdict[str, list[int]] = defaultdict(list)
        for at, body in enumerate(appeared):
            self._named[body.name].append(at)
        self._turned: defaultdict[str, list[str]] = defaultdict(list)
        for old, new in evidence.followers:
            self._turned[old].append(new)
        self._holders: dict[Statement, list[int]] | None = None

    def followed(self, old: Body) -> list[Body]:
        """Those that callers of a body turned to, in their order."""
        places = {at for name in self._turned.get(old.name, ()) for at in self._named.get(name, ())}
        return [self._appeared[at] for at in sorted(places)]

    def holding(self, rest: Counter[Statement]) -> list[Body]:
        """Those that hold one of some statements, in their order."""
        if self._holders is None:
            self._holders = {}
            for at, body in enumerate(self._appeared):
                for statement in body.statements:
                    self._holders.setdefault(statement, []).append(at)
        places = {at for statement in rest for at in self._holders.get(statement, ())}
        return [self._appeared[at] for at in sorted(places)]


def _free(body: Body, match: Match, taken: set[Body]) -> bool:
    """Whether a definition is still nobody's half, and no helper of the match."""
    return body not in taken and not body.called_by(match.new)


def _share(part: Body, whole: Body) -> float:
    return min(1.0, max(covered(part.statements, whole.statements), similarity(part, whole)))


def _alike_half(match: Match, body: Body, evidence: Evidence) -> bool:
    """Whether callers of the old name turned to a second body that is much like it."""
    old = match.old
    if match.score < 1 and not evidence.followers[old.name, match.new.name]:
        return False
    return could_reach(old, body, _ALIKE) and similarity(old, body) >= _ALIKE


def _parts(match: Match, index: _Index, taken: set[Body]) -> list[Body]:
    """What else a body was divided into, where its match holds but a part of it."""
    old, new = match.old, match.new
    if covered(old.statements, new.statements) >= _LEFT:
        return []
    if covered(new.statements, old.statements) < _PART:
        return []
    rest = old.statements - new.statements
    parts: list[Body] = []
    together: Counter[Statement] = new.statements.copy()
    for body in index.holding(rest):
        if _free(body, match, taken) and covered(body.statements, rest) >= _PART:
            parts.append(body)
            together += body.statements
    return parts if parts and covered(old.statements, together) >= _WHOLE else []


def joined(matches: Sequence[Match], vanished: Sequence[Body], evidence: Evidence) -> list[Change]:
    """Further bodies that went into one which a match took: copies of it, each with its name."""
    by_name: defaultdict[str, list[Match]] = defaultdict(list)
    for match in matches:
        by_name[match.new.name].append(match)
    turned: defaultdict[str, set[str]] = defaultdict(set)
    for old, new in evidence.followers:
        turned[old].add(new)
    found: list[Change] = []
    for body in vanished:
        if len(body.body) < _TELLING:
            continue
        heirs = [m for name in sorted({body.name, *turned[body.name]}) for m in by_name[name]]
        scored = [(similarity(body, m.new), m) for m in heirs if could_reach(body, m.new, _ALIKE)]
        if scored and (best := max(scored, key=lambda s: s[0]))[0] >= _ALIKE:
            heir = best[1].new.version
            found.append(Change(("merged",), body.version, heir, "several bodies in one", best[0]))
    return found


def merged_halves(
    found: Sequence[Change], parts: Sequence[Change], message: Message
) -> list[Change]:
    """Say `merged` of a body that became one which a like-sized other was merged into as well."""
    merged = {c.new for c in parts if "merged" in c.kinds}

    def half(change: Change) -> bool:
        if change.old is None or change.new not in merged or change.score >= _HALF:
            return False
        if change.new is None or (change.old.name, change.new.name) in message.said:
            return False
        return change.old.name != change.new.name and not WHOLE.isdisjoint(change.kinds)

    return [
        Change(("merged",), c.old, c.new, "several bodies in one", c.score) if half(c) else c
        for c in found
    ]
