"""The code around a function at some commit, as far as regions around it are concerned."""

from __future__ import annotations

import posixpath
from collections.abc import Iterable, Sequence
from functools import lru_cache

from minekvm.adapters.git import searching, trees
from minekvm.clone.clone import Clone
from minekvm.core.model import BlobId, CommitId, FunctionVersion
from minekvm.core.needs.pairs import Pair, markers
from minekvm.core.needs.places import DEEPEST, tops
from minekvm.core.region.arguments import called
from minekvm.core.region.callgraph import effective
from minekvm.core.region.region import Markers, Region
from minekvm.core.region.scoped import undoes_itself
from minekvm.core.region.tree import Outline, Tree
from minekvm.core.report.story import Rule

_FOLDER = 600  # files below a folder; of a larger one only those right in it
_NAMING = 60  # files elsewhere that name the function


_Key = tuple[CommitId, tuple[str, ...], str, str]  # commit, files, and a function's path and name


class Surroundings:
    """The files around some functions at commits, each blob read once, each region told once."""

    def __init__(self, clone: Clone, rules: Sequence[Rule] = ()) -> None:
        self._clone = clone
        self._rules = rules
        self._outlines: dict[BlobId, Outline] = {}
        self.tree = lru_cache(maxsize=64)(self._tree)
        self._files: dict[tuple[CommitId, str, str, bool], tuple[str, ...]] = {}
        self._naming: dict[tuple[CommitId, str, str], list[str]] = {}
        self._tops: dict[_Key, list[FunctionVersion]] = {}
        self._regions: dict[tuple[_Key, Pair], tuple[Region, ...]] = {}
        self._words: dict[tuple[CommitId, tuple[str, ...], str], bool] = {}

    def around(self, commit: CommitId, version: FunctionVersion) -> Tree:
        """The files near a function, and those that name it."""
        return self.tree(commit, self.files(commit, version))

    def files(self, commit: CommitId, version: FunctionVersion) -> tuple[str, ...]:
        """Their paths."""
        key = commit, version.path, version.name, _is_static(version)
        if key not in self._files:
            self._files[key] = self._paths(commit, version)
        return self._files[key]

    def _paths(self, commit: CommitId, version: FunctionVersion) -> tuple[str, ...]:
        found: dict[str, None] = {version.path: None}
        folder = posixpath.dirname(version.path)
        for _ in range(2):
            below = trees.files(self._clone.shadow, commit, [folder] if folder else [])
            if len(below) > _FOLDER:
                below = {p: b for p, b in below.items() if posixpath.dirname(p) == folder}
                found |= dict.fromkeys(below if len(below) <= _FOLDER else ())
                break
            found |= dict.fromkeys(below)
            if folder.count("/") < 2:
                break
            folder = posixpath.dirname(folder)
        if not _is_static(version):
            key = commit, version.name, _part(version.path)
            if key not in self._naming:
                self.expect(commit, [version])
            found |= dict.fromkeys(self._naming[key])
        return tuple(found)

    def expect(self, commit: CommitId, versions: Iterable[FunctionVersion]) -> None:
        """Look at once for the files elsewhere in the same parts of the tree that name some
        functions which other files can see."""
        parts: dict[str, set[str]] = {}
        for version in versions:
            part = _part(version.path)
            if not _is_static(version) and (commit, version.name, part) not in self._naming:
                parts.setdefault(part, set()).add(version.name)
        for part, names in parts.items():
            where = [f":(top,literal){part}"] if part else list(searching.EVERYWHERE)
            having = searching.files_with(self._clone.shadow, commit, names, [*where, "*.h"])
            for name in names:
                self._naming[commit, name, part] = having.get(name, [])[:_NAMING]

    def seen_from(self, commit: CommitId, version: FunctionVersion) -> list[FunctionVersion]:
        """The functions that lead to one, itself first; none where its surroundings lack it."""
        files = self.files(commit, version)
        key = commit, files, version.path, version.name
        if key not in self._tops:
            self._tops[key] = seen_from(self.tree(commit, files), version)
        return self._tops[key]

    def regions(
        self, commit: CommitId, version: FunctionVersion, top: FunctionVersion, pair: Pair
    ) -> tuple[Region, ...]:
        """A region around a function as it is seen from another; none where nothing opens it."""
        files = self.files(commit, version)
        tree = self.tree(commit, files)
        if not any(self._has(commit, files, called(name)) for name in pair[0]):
            return ()
        key = (commit, files, top.path, top.name), pair
        if key not in self._regions:
            self._regions[key] = regions(tree, top, pair, self._rules)
        return self._regions[key]

    def _has(self, commit: CommitId, files: tuple[str, ...], name: str) -> bool:
        """Whether the code of some files has a word at all."""
        key = commit, files, name
        if key not in self._words:
            tree = self.tree(commit, files)
            word = name.rpartition("->")[2].encode("utf-8", "surrogateescape")
            outlines = (tree.outline(path).names.values() for path in tree.blobs)
            texts = (f.text for names in outlines for some in names for f in some)
            self._words[key] = any(word in text for text in texts)
        return self._words[key]

    def _tree(self, commit: CommitId, files: tuple[str, ...]) -> Tree:
        blobs = trees.files(self._clone.shadow, commit, files)
        wanted = {blob: path for path, blob in blobs.items() if blob not in self._outlines}
        if wanted:
            self._outlines |= self._clone.history.blobs.outlines(wanted)
        return Tree(blobs, self._outlines)


def _part(path: str) -> str:
    return path.partition("/")[0] if "/" in path else ""


def _is_static(version: FunctionVersion) -> bool:
    return "static" in version.function.signature.partition("(")[0].split()


def seen_from(
    tree: Tree, version: FunctionVersion, deepest: int = DEEPEST
) -> list[FunctionVersion]:
    """The functions that lead to one, itself first; none where the tree has not got it."""
    here = [v for v in tree.definitions(version.name, version.path) if v.path == version.path]
    return [top for one in here[:1] for top in tops(tree, one, deepest)]


def regions(
    tree: Tree, top: FunctionVersion, pair: Pair, rules: Sequence[Rule] = ()
) -> tuple[Region, ...]:
    """A region as it is seen from a function; the markers of a rule are taken as it has them."""
    declared = any((rule.enter, rule.exit) == pair for rule in rules)
    marks = Markers(frozenset(pair[0]), frozenset(pair[1])) if declared else markers(pair, top)
    scoped = [n for n in pair[0] if undoes_itself(called(n), top.path, tree.definitions)]
    if scoped:
        marks = type(marks)(marks.enter, marks.exit, scoped=frozenset(map(called, scoped)))
    return effective(top, marks, tree, DEEPEST)
