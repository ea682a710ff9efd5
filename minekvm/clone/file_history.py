"""The history of a file as a mapping that git fills no further than it is asked."""

from __future__ import annotations

from collections.abc import Generator, Iterator, Sequence

from minekvm.core.model import CommitId, Node, Nodes
from minekvm.errors import GitFailed


class LazyFileHistory(Nodes):
    """The nodes of a walk in its order, read from git no further than they are asked for."""

    def __init__(self, nodes: Generator[Node, None, None]) -> None:
        self._coming = nodes
        self._order: list[Node] = []
        self._places: dict[CommitId, int] = {}
        self.whole = False  # whether all of it was read
        self._failed: GitFailed | None = None

    @property
    def read(self) -> Sequence[Node]:
        """The nodes read so far."""
        return self._order

    def close(self) -> None:
        """End the walk, where it has not come to its end."""
        self._coming.close()

    def after(self, commit: CommitId) -> Iterator[Node]:
        """The nodes behind one, in the walk's order."""
        at = self._places[commit] + 1
        while at < len(self._order) or self._more():
            yield self._order[at]
            at += 1

    def _more(self) -> bool:
        if self._failed is not None:
            raise self._failed
        try:
            node = next(self._coming, None)
        except GitFailed as failure:
            self._failed = failure  # a generator that failed looks as if it had come to its end
            raise
        if node is None:
            self.whole = True
            return False
        self._places[node.id] = len(self._order)
        self._order.append(node)
        return True

    def __getitem__(self, commit: CommitId) -> Node:
        while commit not in self._places:
            if not self._more():
                raise KeyError(commit)
        return self._order[self._places[commit]]

    def __iter__(self) -> Iterator[CommitId]:
        at = 0
        while at < len(self._order) or self._more():
            yield self._order[at].id
            at += 1

    def __len__(self) -> int:
        while self._more():
            pass
        return len(self._order)
