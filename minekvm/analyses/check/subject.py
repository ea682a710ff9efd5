"""The change that is checked, as one step from a tree to the tree with it."""

from __future__ import annotations

from dataclasses import dataclass

from minekvm.clone.clone import Clone
from minekvm.core.model import CommitId, FilePair
from minekvm.core.origins.lines import FileEdit


@dataclass(frozen=True, slots=True)
class Subject:
    """A change between `before` and `after`, two commits of the shadow.

    `edits` are its files line by line, `pairs` the same function by function.
    """

    clone: Clone
    before: CommitId
    after: CommitId
    edits: tuple[FileEdit, ...]
    pairs: tuple[FilePair, ...]
