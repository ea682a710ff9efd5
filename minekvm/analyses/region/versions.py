"""One function of a clone, seen through all versions of the files that matter to it.

Which files those are is told at the revision and at a few older trees: the function's folder and
the files that name a marker are looked into, and those stay of which a definition is reached. From
then on a version costs what its commit changed: the files' blobs are carried from commit to commit,
and a region is read anew only where a definition that it rests on is another one.
"""

from __future__ import annotations

import posixpath
from collections import Counter
from collections.abc import Callable, Container, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace

from minekvm.adapters.git import trees
from minekvm.adapters.git.trees import Version
from minekvm.analyses.region.headers import headers
from minekvm.analyses.region.passed import Turn, passed, turns
from minekvm.clone.clone import Clone
from minekvm.core.c.objects import INCLUDE
from minekvm.core.c.symbols import patterns
from minekvm.core.model import BlobId, CommitId, FunctionVersion, Gap
from minekvm.core.region.arguments import called
from minekvm.core.region.callgraph import effective
from minekvm.core.region.changes import Flip
from minekvm.core.region.dependencies import Rests, Touched
from minekvm.core.region.depths import State
from minekvm.core.region.reach import reaches
from minekvm.core.region.region import Markers, Region
from minekvm.core.region.scoped import undoes_itself
from minekvm.core.region.tree import Outline, Tree, distance
from minekvm.errors import GitFailed

_SAMPLES = (8, 4, 2, 1)  # parts of the history's length at which older trees are looked into
_SEARCHED = (2, 1)  # those of them that are searched for the markers
_NAMING = 200  # files that name a marker, nearest first
_FOLDER = 600  # files below a folder; of a larger one only those right in it
_AHEAD = 64  # versions of which the contents are read at once
_PASSAGES = 4  # times that a definition is looked for beside the files that are known
_TYPING = ":types:"  # before such a file's name where it is remembered
_SOURCES = 1_000  # contents kept for comparing

Home = tuple[str, str]  # a file, and a name in it


@dataclass(frozen=True, slots=True)
class Seen:
    """The region at a commit that changed a file that matters, by the markers that were taken.

    `regions` is empty where there is no such function.
    """

    commit: CommitId
    parents: tuple[CommitId, ...]
    regions: tuple[Region, ...]
    markers: Markers


@dataclass(frozen=True, slots=True)
class _Look:
    """A region with the questions that it rests on; `blobs` as they are where it still holds."""

    tree: Tree
    regions: tuple[Region, ...]
    rests: Rests
    blobs: Mapping[str, BlobId]


class View:
    """A function as seen from a revision back. `homes` are the names and files it had, newest
    first."""

    def __init__(
        self,
        clone: Clone,
        rev: CommitId,
        homes: Sequence[Home],
        scope: Sequence[str] = (),
    ) -> None:
        self.clone = clone
        self.rev = rev
        self.homes = tuple(homes)
        self.scope = tuple(scope)
        self._outlines: dict[BlobId, Outline] = {}
        self._sources: dict[BlobId, bytes | None] = {}
        self._stories: dict[tuple[Markers, int, tuple[str, ...]], list[Seen]] = {}
        self._files: dict[tuple[str, ...], tuple[str, ...]] = {}
        self._words: frozenset[str] = frozenset()
        self._versions: dict[tuple[str, ...], Sequence[Version]] = {}
        self._touched: dict[tuple[BlobId, BlobId], Touched | None] = {}
        self._turns: list[Turn] = []
        self._passages: dict[tuple[str, ...], tuple[str, ...]] = {}
        self._typing: set[str] = set()  # headers that are read for the types they declare alone
        self._whole: set[str] = set()  # files that matter for more, at some version

    def at(self, commit: CommitId, markers: Markers, depth: int) -> tuple[Region, ...]:
        """The region at any commit, one for each table that matters."""
        files = self.files(markers, depth)
        return self._look(trees.files(self.clone.shadow, commit, files), markers, depth).regions

    def story(self, markers: Markers, depth: int) -> list[Seen]:
        """The region at every commit that may have changed it, newest first."""
        key = markers, depth, self._found(markers, depth)
        if key not in self._stories:
            known, told = self._told(markers, depth, key[-1])
            self._stories[key] = [Seen(v.commit, v.parents, told[v.commit], markers) for v in known]
        return self._stories[key]

    def _told(
        self, markers: Markers, depth: int, files: tuple[str, ...]
    ) -> tuple[Sequence[Version], dict[CommitId, tuple[Region, ...]]]:
        """The region at all versions of some files, and of those that a definition passed through
        between the trees that were looked into."""
        found = files
        for _ in range(_PASSAGES):
            self._passages[found] = files
            known = self.versions(files)
            self._turns.clear()
            told = self.told(markers, depth, files)
            more = passed(self.clone, self._turns, frozenset(files))
            if not more:
                break
            files = (*files, *more)
        return known, told

    def told(
        self,
        markers: Markers,
        depth: int,
        files: tuple[str, ...],
        wanted: Container[CommitId] | None = None,
    ) -> dict[CommitId, tuple[Region, ...]]:
        """The region at some commits that changed a file, or at all of them."""
        looks: dict[CommitId, _Look] = {}
        found: dict[CommitId, tuple[Region, ...]] = {}
        known = self.versions(files)
        number = len(known)
        for done, (version, blobs, over) in enumerate(self._states(files), 1):
            if wanted is None or version.commit in wanted:
                self.clone.progress("reading the region", done, number)
                if done % _AHEAD == 1:
                    coming = known[max(number - done + 1 - _AHEAD, 0) : number - done + 1]
                    self._fetch({b: p for v in coming for p, b in v.changed if b is not None})
                before = looks.get(version.parents[0]) if version.parents else None
                look = self._carried(before, blobs)
                if look is None:
                    look = self._look(blobs, markers, depth)
                    if before is not None:
                        self._turns += turns(version.commit, before.tree, look.tree)
                looks[version.commit] = look
                found[version.commit] = look.regions
            for commit in over:
                looks.pop(commit, None)
        return found

    def versions(self, files: tuple[str, ...]) -> Sequence[Version]:
        """The commits that changed some files, newest first."""
        known = self._versions.get(files)
        if known is None:
            self.clone.progress("listing the versions")
            every_side = self.clone.repository.every_side
            known = tuple(trees.versions(self.clone.shadow, self.rev, files, every_side=every_side))
            self._versions[files] = known
        return known

    def _states(
        self, files: tuple[str, ...]
    ) -> Iterator[tuple[Version, Mapping[str, BlobId], list[CommitId]]]:
        """The versions from the oldest, all that the files were at each, and the commits of which
        none that follows is a child: there may be very many, so that they are let go."""
        newest_first = self.versions(files)
        children = Counter(parent for version in newest_first for parent in version.parents)
        states: dict[CommitId, Mapping[str, BlobId]] = {}
        for version in reversed(newest_first):
            before = version.parents[0] if version.parents else None
            if before is not None and before not in states:  # git went no further back
                states[before] = trees.files(self.clone.shadow, before, files)
            state = states[before] if before is not None else {}
            if version.changed:
                gone = {path for path, blob in version.changed if blob is None}
                state = {path: blob for path, blob in state.items() if path not in gone}
                state |= {path: blob for path, blob in version.changed if blob is not None}
            states[version.commit] = state
            children.subtract(version.parents)
            ended = (version.commit, *version.parents)
            over = [commit for commit in ended if children[commit] <= 0]
            yield version, state, over
            for commit in over:
                states.pop(commit, None)

    def files(self, markers: Markers, depth: int) -> tuple[str, ...]:
        """The files in which a call from the function may lead, at some version."""
        found = self._found(markers, depth)
        return self._passages.get(found, found)

    def _found(self, markers: Markers, depth: int) -> tuple[str, ...]:
        """The same at the trees that are looked into."""
        words = sorted(self._words | markers.enter | markers.exit)
        asked = ["files of a region", self.rev, str(depth), *self.scope, "from"]
        asked += [part for home in self.homes for part in home]
        asked += ["between", *sorted(markers.enter), "and", *sorted(markers.exit), "of", *words]
        key = tuple(asked)
        if key not in self._files:
            found = self.clone.history.answers.remembered(
                asked, lambda: self._reached(markers, depth, words)
            )
            self._whole |= {path for path in found if not path.startswith(_TYPING)}
            self._typing |= {path.removeprefix(_TYPING) for path in found}
            self._typing -= self._whole
            self._files[key] = tuple(path.removeprefix(_TYPING) for path in found)
        return self._files[key]

    def defines(self, name: str) -> bool:
        """Whether any version of a file that was read so far defines a name."""
        return any(name in outline.names for outline in self._outlines.values())

    def also_search(self, names: Iterable[str]) -> None:
        """Look for markers from now on in the files that name these too."""
        self._words |= set(names)

    def _reached(self, markers: Markers, depth: int, words: Sequence[str]) -> list[str]:
        found = dict.fromkeys(path for path, _ in self.homes)
        searched = (self.rev, *self.clone.history.commits.samples(self.rev, _SEARCHED))
        commits = dict.fromkeys(
            (*searched, *self.clone.history.commits.samples(self.rev, _SAMPLES))
        )
        for commit in commits:
            self.clone.progress(f"looking for what matters at {commit[:12]}")
            try:
                naming = self._naming(commit, words) if commit in searched else []
                blobs = self._candidates(commit, naming)
            except GitFailed as failure:
                self.clone.history.gaps.note(Gap("files", failure.message, commit=commit))
                continue
            found |= dict.fromkeys(self._look(blobs, markers, depth).tree.paths())
        return [f"{_TYPING}{path}" if path in self._typing else path for path in found]

    def _naming(self, commit: CommitId, words: Sequence[str]) -> list[str]:
        """The files at a commit that have one of some words: headers, then the nearest."""
        where = self.homes[0][0]
        found = self.clone.history.trees.files_naming(
            [p for w in words for p in patterns(w)], commit
        )
        found.sort(key=lambda path: (not path.endswith(".h"), distance(path, where), path))
        return found[:_NAMING]

    def _candidates(self, commit: CommitId, naming: Sequence[str]) -> dict[str, BlobId]:
        """The files at a commit that may matter: near the function, or naming a marker."""
        found: dict[str, BlobId] = {}
        for folder in dict.fromkeys(posixpath.dirname(path) for path, _ in self.homes):
            found |= self._below(commit, folder)
        homes = [path for path, _ in self.homes]
        near = (p for p in naming if any(reaches(home, p) for home in homes))
        wanted = (*near, *self.scope, *homes)
        found |= trees.files(self.clone.shadow, commit, wanted)
        self._whole |= found.keys()
        here = {p: found[p] for p in homes if p in found}
        declaring = headers(self.clone.shadow, commit, here, self._names_included)
        self._typing = (self._typing | declaring.keys()) - self._whole
        return found | declaring

    def _names_included(self, path: str, blob: BlobId) -> list[str]:
        self._read([(blob, path)])
        return [each.name for each in self._outlines[blob].objects if each.owner == INCLUDE]

    def _below(self, commit: CommitId, folder: str) -> dict[str, BlobId]:
        there = trees.files(self.clone.shadow, commit, [folder] if folder else [], below=True)
        if len(there) <= _FOLDER:
            return there
        return {path: blob for path, blob in there.items() if posixpath.dirname(path) == folder}

    def _carried(self, before: _Look | None, blobs: Mapping[str, BlobId]) -> _Look | None:
        """The region of another version, where all that it rests on is the same here."""
        if before is None:
            return None
        changed = [p for p in before.blobs.keys() | blobs if before.blobs.get(p) != blobs.get(p)]
        if not all(self._intact(before, path, blobs.get(path)) for path in changed):
            base = before.tree.blobs
            self._read([(b, p) for p, b in blobs.items() if base.get(p) != b])
            if not self._tree(blobs).agrees(before.tree):
                return None
        return replace(before, blobs=blobs)

    def _intact(self, before: _Look, path: str, blob: BlobId | None) -> bool:
        was = before.blobs.get(path)
        if was is None or blob is None or path in before.rests.tables:
            return False
        new = self._source(blob, path)
        if new is None:
            return False
        if (was, blob) not in self._touched:
            old = self._source(was, path)
            self._touched[was, blob] = None if old is None else Touched.of(old, new)
        touched = self._touched[was, blob]
        if touched is None:
            return False
        return before.rests.intact(path, lambda: self._source(was, path), new, touched)

    def _source(self, blob: BlobId, path: str) -> bytes | None:
        if blob not in self._sources:
            self._fetch({blob: path})
        return self._sources[blob]

    def _fetch(self, wanted: Mapping[BlobId, str]) -> None:
        """Read some contents that will be compared soon."""
        if len(self._sources) > _SOURCES:
            self._sources.clear()
        self._sources |= dict(self.clone.history.blobs.sources(wanted))

    def _look(self, blobs: Mapping[str, BlobId], markers: Markers, depth: int) -> _Look:
        self._read([(blob, path) for path, blob in blobs.items()])
        tree = self._tree(blobs)
        tops = self._top(tree)
        if tops:
            path = tops[0].path
            scoped = {n for n in markers.enter if undoes_itself(called(n), path, tree.definitions)}
            markers = replace(markers, scoped=frozenset(map(called, scoped)))
        regions = tuple(r for v in tops for r in effective(v, markers, tree, depth))
        return _Look(tree, regions, Rests.of(tree), blobs)

    def _tree(self, blobs: Mapping[str, BlobId]) -> Tree:
        return Tree(blobs, self._outlines, frozenset(self._typing & blobs.keys()))

    def _top(self, tree: Tree) -> Sequence[FunctionVersion]:
        """The function where it stood: at one of its homes, and in no other file of its name."""
        for path, name in self.homes:
            found = [v for v in tree.definitions(name, path) if v.path == path]
            if found:
                return found
        return ()

    def _read(self, files: Sequence[tuple[BlobId, str]]) -> None:
        wanted = {blob: path for blob, path in files if blob not in self._outlines}
        if wanted:
            self._outlines |= self.clone.history.blobs.outlines(wanted)


def flips(story: Sequence[Seen], state: Callable[[tuple[Region, ...]], State]) -> Iterator[Flip]:
    """The commits at which something stands to the region as at none of their parents."""
    states = {seen.commit: state(seen.regions) for seen in story}
    for seen in story:
        now = states[seen.commit]
        before: list[State] = [states[p] for p in seen.parents] or ["unknown"]
        if now not in before:  # a parent without the function says nothing of what was before
            told = next((state for state in before if state != "unknown"), before[0])
            yield Flip(seen.commit, told, now)
