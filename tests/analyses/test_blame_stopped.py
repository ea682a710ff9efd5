"""What asks of a commit where lines came from, on histories that are read as they are needed."""

from __future__ import annotations

from types import SimpleNamespace
from typing import Any, cast

from minekvm.analyses.blame.stopped import Stopped
from minekvm.clone.file_history import LazyFileHistory
from minekvm.core.blame.descent import Stop
from minekvm.core.model import BlobId, CommitId, FileHistory, Node


def test_older_versions_are_read_where_nobody_has_read_so_far() -> None:
    """Lines reach a commit by one walk of a file, and its past is asked of another."""
    ids = [CommitId(f"{n:040x}") for n in range(5)]
    order = [Node(c, tuple(ids[n + 1 : n + 2]), BlobId("b")) for n, c in enumerate(ids)]
    nodes = LazyFileHistory(node for node in order)
    carrying = cast(Any, SimpleNamespace(descent=None))
    stopped = Stopped(carrying, Stop(FileHistory("a.c", nodes, ids[0]), order[2]), {})
    assert [node.id for node in stopped._older(9)] == ids[3:]
    elsewhere = Node(CommitId("f" * 40), (), BlobId("b"))
    stopped = Stopped(carrying, Stop(FileHistory("a.c", nodes, ids[0]), elsewhere), {})
    assert list(stopped._older(9)) == []
