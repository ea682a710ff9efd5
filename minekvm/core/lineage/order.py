"""The events of a lineage as they are found, and their order.

A walk goes from commits to older ones; what it passed on the way orders the events, whatever the
clocks of their commits say.
"""

from __future__ import annotations

import heapq
from collections import Counter, defaultdict
from collections.abc import Callable
from dataclasses import dataclass, field

from minekvm.core.model import CommitId, Event


@dataclass
class Trail:
    """Events, each once, and which commits were passed on the way to which."""

    events: list[Event] = field(default_factory=list)
    _known: set[tuple[object, ...]] = field(default_factory=set)
    _below: dict[CommitId, dict[CommitId, None]] = field(default_factory=dict)

    def note(self, event: Event) -> None:
        """Keep an event, once."""
        key = (event.commit, event.parent, event.change)
        if key not in self._known:
            self._known.add(key)
            self.events.append(event)

    def lies_below(self, above: CommitId | None, commit: CommitId) -> None:
        """Keep that a walk went from one commit down to another."""
        if above is not None and above != commit:
            self._below.setdefault(above, {})[commit] = None

    def newest_first(self, committed: Callable[[CommitId], int]) -> tuple[Event, ...]:
        """The events, no commit before one that was passed on the way to it, newer first else.

        `committed` gives a commit's time in seconds.
        """
        at: defaultdict[CommitId, list[Event]] = defaultdict(list)
        for event in self.events:
            at[event.commit].append(event)
        waiting = Counter(older for below in self._below.values() for older in below)
        rank = {c: (-committed(c), i) for i, c in enumerate(at)}
        free = [c for c in dict.fromkeys([*self._below, *at]) if not waiting[c]]
        ready = [(rank[c], c) for c in free if c in at]
        passing = [c for c in free if c not in at]
        heapq.heapify(ready)
        order: list[Event] = []
        while passing or ready:
            commit = passing.pop() if passing else heapq.heappop(ready)[1]
            order += at.get(commit, [])
            for older in self._below.get(commit, ()):
                waiting[older] -= 1
                if not waiting[older] and older in at:
                    heapq.heappush(ready, (rank[older], older))
                elif not waiting[older]:
                    passing.append(older)
        return tuple(order)
