"""The code around a function at some commit, as far as regions around it are concerned."""

from __future__ import annotations

import posixpath
from collections.abc import Sequence
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


class Surroundings:
    """The files around some functions at commits, each blob read once."""

    def __init__(self, clone: Clone) -> None:
        self._clone = clone
        self._outlines: dict[BlobId, Outline] = {}
        self.tree = lru_cache(maxsize=64)(self._tree)
        self._naming = lru_cache(maxsize=256)(self._files_naming)

    def around(self, commit: CommitId, version: FunctionVersion) -> Tree:
        """The files near a function, and those that name it."""
        return self.tree(commit, self.files(commit, version))

    def files(self, commit: CommitId, version: FunctionVersion) -> tuple[str, ...]:
        """Their paths."""
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
        if "static" not in version.function.signature.partition("(")[0].split():
            found |= dict.fromkeys(self._naming(commit, version.name, folder))
        return tuple(found)

    def _files_naming(self, commit: CommitId, name: str, folder: str) -> tuple[str, ...]:
        """The files elsewhere in the same part of the tree that name a function."""
        part = folder.partition("/")[0]
        where = [f":(top,literal){part}"] if part else list(searching.EVERYWHERE)
        files = searching.files_with(self._clone.shadow, commit, [name], [*where, "*.h"])
        return tuple(files[:_NAMING])

    def _tree(self, commit: CommitId, files: tuple[str, ...]) -> Tree:
        blobs = trees.files(self._clone.shadow, commit, files)
        wanted = {blob: path for path, blob in blobs.items() if blob not in self._outlines}
        if wanted:
            self._outlines |= self._clone.history.blobs.outlines(wanted)
        return Tree(blobs, self._outlines)


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
