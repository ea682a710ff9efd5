"""What came after a change, and what of that somebody who has the change lacks."""

from __future__ import annotations

from collections.abc import Container, Iterable, Mapping, Sequence

from minekvm.core.model import CommitId
from minekvm.core.ports.model import Follower, Instance


def lacking(
    instances: Iterable[Instance],
    later: Sequence[Follower],
    there: Mapping[CommitId, CommitId],
    binding: Container[CommitId],
) -> tuple[tuple[CommitId, ...], CommitId | None]:
    """The fixes and reverts that a place lacks which has the change, and the revert that it has.

    `there` maps the followers that it has to the commit that it has them as. A fix that was taken
    back is not lacked, nor is what follows a fix that the place has not got, nor the revert of a
    copy that is not `binding` for the place: neither its own nor the first of all.
    """
    own = {i.commit for i in instances}
    later = [f for f in later if not _undoes(f, own) or f.of in binding or f.commit in there]
    undone = next((there[f.commit] for f in later if _undoes(f, own) and f.commit in there), None)
    if undone is not None:
        return (), undone
    copies = {c.commit: f.commit for f in later for c in f.instances}
    withdrawn = {copies.get(f.of) for f in later if f.kind == "reverts"}
    lacks = []
    for follower in later:
        of = copies.get(follower.of)  # None: it follows the change itself
        needed = of is None or of in there or (of in lacks and follower.kind == "fixes")
        if follower.commit not in there and follower.commit not in withdrawn and needed:
            lacks.append(follower.commit)
    return tuple(lacks), None


def _undoes(follower: Follower, own: set[CommitId]) -> bool:
    return follower.kind == "reverts" and follower.of in own
