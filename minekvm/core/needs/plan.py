"""The order in which commits are taken."""

from __future__ import annotations

import heapq
from collections.abc import Iterable, Mapping, Sequence

from minekvm.core.model import CommitId


def ordered(
    commits: Iterable[CommitId],
    needs: Mapping[CommitId, Iterable[CommitId]],
    history: Sequence[CommitId],
    lines: Mapping[CommitId, int],
    files: Mapping[CommitId, Iterable[str]],
) -> tuple[CommitId, ...]:
    """Commits so that each comes behind what it needs, the smallest first where there is a choice.

    Those that touch the same file stay in the order of `history` (parents before children). What
    stands in a circle comes in that order too.
    """
    place = {commit: n for n, commit in enumerate(history)}
    wanted = sorted(dict.fromkeys(commits), key=lambda c: (place.get(c, len(place)), c))
    behind: dict[CommitId, set[CommitId]] = {c: set() for c in wanted}
    last: dict[str, CommitId] = {}
    for commit in wanted:
        rank = place.get(commit, len(place))
        behind[commit] |= {
            c for c in needs.get(commit, ()) if c in behind and place.get(c, -1) < rank
        }
        for path in files.get(commit, ()):
            if path in last:
                behind[commit].add(last[path])
            last[path] = commit
    ready = [(lines.get(c, 0), place.get(c, 0), c) for c in wanted if not behind[c]]
    heapq.heapify(ready)
    found: list[CommitId] = []
    while ready:
        commit = heapq.heappop(ready)[2]
        found.append(commit)
        for other, rest in behind.items():
            if commit in rest:
                rest.discard(commit)
                if not rest:
                    heapq.heappush(ready, (lines.get(other, 0), place.get(other, 0), other))
    return tuple(found)
