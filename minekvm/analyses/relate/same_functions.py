"""Which commits changed the same functions before and after one.

The index has each commit's files with their blobs before and after, so a file's history is a chain
in which one commit's new blob is the next one's old: followed without asking git. Where a merge
breaks the chain, it goes on with the nearest commit by date; whether what changed a function there
is an ancestor or a descendant at all, git is asked.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from functools import lru_cache, partial
from typing import Literal, cast

from minekvm.adapters.git.revisions import is_ancestor
from minekvm.adapters.index.lookups import Touched
from minekvm.clone.clone import Clone
from minekvm.core.model import BlobId, CommitId, Gap
from minekvm.core.relate.relations import Direction, Relation

_FILES = 12  # of a commit; what touches more is a sweep
_FUNCTIONS = 30
_LINKS = 60  # commits of a file's history followed each way

Row = tuple[CommitId, BlobId | None, BlobId | None]
Way = Literal["before", "after", "elsewhere"]


class SameFunctionChanges:
    """Answers from the index and the blobs that it names; `gaps` says what was left out."""

    def __init__(self, clone: Clone) -> None:
        self._index = clone.index
        self._history = clone.history
        self._is_ancestor = lru_cache(maxsize=None)(partial(is_ancestor, clone.shadow))
        self.gaps: list[Gap] = []

    def functions(self, commit: CommitId) -> dict[tuple[str, str], Touched]:
        """The functions that a commit changed, by path and name, with their file's blobs."""
        found: dict[tuple[str, str], Touched] = {}
        files = self._index.touched(commit)
        if self._index.is_unread(commit):
            why = "its trees are not in this clone: which files it changes is not known"
            self._note(Gap("functions touched before and after", why, commit=commit))
        if len(files) > _FILES:
            why = f"it touches {len(files)} files: only the first {_FILES} were looked into"
            self._note(Gap("functions touched before and after", why, commit=commit))
        for file in files[:_FILES]:
            old, new = self._texts(file.old, file.path), self._texts(file.new, file.path)
            names = [n for n in {**old, **new} if old.get(n) != new.get(n)]
            found |= {(file.path, name): file for name in names}
        return found

    def around(self, commit: CommitId) -> list[Relation]:
        """The nearest commits before and after one that changed a function it changes."""
        touched = list(self.functions(commit).items())
        if len(touched) > _FUNCTIONS:
            why = f"it changes {len(touched)} functions: only the first {_FUNCTIONS} were followed"
            self._note(Gap("functions touched before and after", why, commit=commit))
        files: dict[Touched, set[str]] = {}
        for (_, name), file in touched[:_FUNCTIONS]:
            files.setdefault(file, set()).add(name)
        found: dict[tuple[CommitId, Way], list[str]] = {}
        for file, names in files.items():
            rows = self._index.touching(file.path)
            for way, blob in (("before", file.old), ("after", file.new)):
                for other, name, where in self._follow(
                    rows, commit, blob, names, file.path, cast(Way, way)
                ):
                    found.setdefault((other, where), []).append(name)
        return _relations(found)

    def both(self, a: CommitId, b: CommitId) -> Relation | None:
        """The relation of two commits that change the same functions."""
        shared = self.functions(a).keys() & self.functions(b).keys()
        if not shared:
            return None
        names = sorted({name for _, name in shared})
        return Relation("touches-same", "out", b, f"both change {_listed(names)}")

    def _follow(
        self,
        rows: Sequence[Row],
        commit: CommitId,
        blob: BlobId | None,
        names: set[str],
        path: str,
        way: Way,
    ) -> Iterator[tuple[CommitId, str, Way]]:
        """The first commit, going one way, that changed each of some functions.

        What is met on another branch is told as such, once for a function, and passed by.
        """
        open_ = {n for n in names if n in self._texts(blob, path)}
        apart: set[str] = set()
        for other, old, new in _chain(rows, commit, blob, way):
            if not open_:
                return
            was, is_ = self._texts(old, path), self._texts(new, path)
            changed = sorted(n for n in open_ if was.get(n) != is_.get(n))
            ends = (other, commit) if way == "before" else (commit, other)
            if changed and self._is_ancestor(*ends):
                open_.difference_update(changed)
                yield from ((other, name, way) for name in changed)
            elif changed and not self._is_ancestor(*ends[::-1]):
                yield from ((other, name, "elsewhere") for name in changed if name not in apart)
                apart.update(changed)

    def _texts(self, blob: BlobId | None, path: str) -> dict[str, tuple[bytes, ...]]:
        """The definitions of a file by name; variants under #ifdef are several texts."""
        found: dict[str, tuple[bytes, ...]] = {}
        for function in self._history.blobs.scanned(blob, path) if blob is not None else ():
            found[function.name] = (*found.get(function.name, ()), function.text)
        return found

    def _note(self, gap: Gap) -> None:
        if gap not in self.gaps:
            self.gaps.append(gap)


def _chain(rows: Sequence[Row], commit: CommitId, blob: BlobId | None, way: Way) -> Iterator[Row]:
    """The commits of a file one way from one, nearest first; `rows` has them newest first."""
    place = next((i for i, row in enumerate(rows) if row[0] == commit), None)
    if place is None:
        return
    ahead = rows[place + 1 :] if way == "before" else rows[:place][::-1]
    passed = 0  # rows gone past
    for _ in range(_LINKS):
        links = (i for i in range(passed, len(ahead)) if _near(ahead[i], way) == blob)
        at = next(links, passed if passed < len(ahead) else None)
        if at is None or blob is None:
            return
        yield ahead[at]
        blob = _near(ahead[at], "after" if way == "before" else "before")
        passed = at + 1


def _near(row: Row, way: Way) -> BlobId | None:
    """The blob of a commit on the side from which one comes when going a way."""
    return row[2] if way == "before" else row[1]


def _relations(found: Mapping[tuple[CommitId, Way], Sequence[str]]) -> list[Relation]:
    """Relations for the functions that commits changed; each commit is on one side only."""
    relations = []
    for (other, way), names in found.items():
        rule = touched_rule(names, "on another branch" if way == "elsewhere" else way)
        side: Direction = "in" if way == "after" else "out"
        relations.append(Relation("touches-same", side, other, rule, elsewhere=way == "elsewhere"))
    return relations


def touched_rule(names: Sequence[str], when: str) -> str:
    """How a commit that changed some functions before or after another is told."""
    return f"changed {_listed(sorted(set(names)))} {when}"


def _listed(names: Sequence[str]) -> str:
    shown = ", ".join(f"{n}()" for n in names[:3])
    return f"{shown} and {len(names) - 3} more" if len(names) > 3 else shown
