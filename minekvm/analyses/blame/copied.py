"""Copied first, the original removed soon after: a move that no single commit shows.

A series often adds the new file or function, turns its users to it and removes the old one last.
Lines that a commit added in a row are looked for in the files that stood beside; where one of those
lost them within a season, they are those of whoever wrote them there. What stays is a copy.
"""

from __future__ import annotations

import posixpath
import re
from collections.abc import Iterator, Sequence
from itertools import islice

from minekvm.adapters.git.objects import Missing
from minekvm.clone.clone import Clone
from minekvm.core.blame.elsewhere import Old, Origin, origins
from minekvm.core.blame.lines import is_telling, key, split, weight
from minekvm.core.model import Commit, CommitId, FileHistory, Node
from minekvm.errors import GitFailed

_SEASON = 100 * 24 * 3600  # seconds within which the original goes, as `core.lineage.succession`
_SAYS = 120  # bytes that lines in a row must say to be looked for; hand-set
_SHARE = 0.6  # of what they say must stand in the original; hand-set
_FILES = 6  # files that are looked into
_LATER = 60  # versions of an original after the copy that are looked at
_WORD = re.compile(rb"[A-Za-z_]\w{5,}+")

Found = tuple[FileHistory, Node, dict[int, Origin], Sequence[bytes]]
"""The original's history, its version before the copy, where lines stood in it, and its lines."""


def originals(
    clone: Clone,
    rev: CommitId,
    commit: Commit,
    path: str,
    lines: Sequence[bytes],
    missing: Sequence[int],
    *,
    is_new: bool,
) -> Iterator[Found]:
    """The files that a commit copied lines from, by number from 1 in its version of a file, and
    that lost them soon after. `missing` are those that it added; `is_new`: the file is. Of a file
    that is not, rows are looked for that end a definition."""
    runs = [
        run
        for run in _runs(missing)
        if _said(lines, run) >= _SAYS and (is_new or any(lines[n - 1][:1] == b"}" for n in run))
    ]
    if not runs or not commit.parents:
        return
    parent = commit.parents[0]
    wanted = [n for run in runs for n in run]
    says = weight([key(lines[n - 1]) for n in wanted])
    names = _candidates(clone, parent, path, [lines[n - 1] for n in wanted], is_new=is_new)
    for name in islice(names, _FILES):
        old = _lines(clone, parent, name)
        found = origins(lines, wanted, [Old(name, old, frozenset(range(len(old))))])
        shared = weight([key(lines[n - 1]) for n in found])
        if shared < _SHARE * min(says, max(_said(lines, run) for run in runs)):
            continue
        kept = {k for n in found if is_telling(k := key(lines[n - 1]))}
        if _stands(kept, _lines(clone, rev, name)) or not _lost_soon(
            clone, rev, commit, name, kept
        ):
            continue
        file = clone.history.file_history(name, parent)
        if file.top is not None:
            yield file, file.nodes[file.top], found, old


def _said(lines: Sequence[bytes], run: Sequence[int]) -> int:
    return weight([key(lines[n - 1]) for n in run])


def _runs(missing: Sequence[int]) -> list[list[int]]:
    """Lines in order as runs of neighbours."""
    found: list[list[int]] = []
    for line in missing:
        if found and found[-1][-1] == line - 1:
            found[-1].append(line)
        else:
            found.append([line])
    return found


def _candidates(
    clone: Clone, parent: CommitId, path: str, lines: Sequence[bytes], *, is_new: bool
) -> Iterator[str]:
    """The files of a tree that may be the original: of the same name, where the file is new; and
    those of the folder that name what the longest lines do."""
    folder, name = posixpath.split(path)
    seen = {path}
    if is_new:
        for other, _ in clone.repository.tree(parent):
            if posixpath.basename(other) == name and other not in seen:
                seen.add(other)
                yield other
    words = [max(found, key=len) for line in lines if (found := _WORD.findall(line))]
    longest = sorted(dict.fromkeys(words), key=lambda w: -len(w))[:2]
    asked = [word.decode("ascii") for word in longest]
    if not asked:
        return
    try:
        beside, _ = clone.repository.files_naming(asked, parent, folder)
    except GitFailed:
        return
    yield from (other for other in beside if other not in seen)


def _lines(clone: Clone, commit: CommitId, path: str) -> list[bytes]:
    """The lines of a file at a commit; none where it has no such file."""
    if "\n" in path:
        return []
    try:
        return split(clone.repository.objects.read(f"{commit}:{path}"))
    except Missing:
        return []


def _lost_soon(clone: Clone, rev: CommitId, commit: Commit, path: str, keys: set[bytes]) -> bool:
    """Whether a file has most of some lines no more, from within a season after a commit on."""
    file = clone.history.file_history(path, rev)
    later: list[tuple[int, Node]] = []
    for node in file.nodes.values():
        committed = clone.history.commit(node.id).committed
        if committed < commit.committed or node.id == commit.id:
            break
        later.append((committed, node))
    for committed, node in islice(reversed(later), _LATER):
        if committed - commit.committed > _SEASON:
            return False
        if node.blob is None or not _stands(keys, _lines(clone, node.id, path)):
            return True
    return False


def _stands(keys: set[bytes], lines: Sequence[bytes]) -> bool:
    """Whether half of some lines are among others."""
    here = {key(line) for line in lines}
    return 2 * len(keys & here) >= len(keys)
