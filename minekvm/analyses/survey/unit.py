"""What some commits did to functions and calls, and what ties them to others: a unit's rows."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from functools import lru_cache
from typing import Any, cast

from minekvm.adapters.git.changed_files import ChangedFile, Pair
from minekvm.adapters.index.index import Index
from minekvm.analyses.relate.relate import told_by
from minekvm.clone.clone import Clone
from minekvm.clone.file_versions import FileVersions
from minekvm.core.callers.all_shifts import all_shifts
from minekvm.core.lineage.narrowed import narrowed_changes
from minekvm.core.lineage.past import begun
from minekvm.core.model import Commit, CommitId, FilePair, FunctionVersion, Gap
from minekvm.core.phrases import count
from minekvm.core.relate.series import Branches
from minekvm.core.survey import rows
from minekvm.core.survey.tables import NAMES, Row
from minekvm.errors import UnknownCommit

_PARENTS = 50_000  # commits whose parents and subjects are at hand
_NEIGHBOURS = 4_096  # commits whose children and mentions are
_AT_ONCE = 128  # commits whose files are listed in one go


class _Register:
    """An index that remembers: of neighbours in a history the same is asked again and again."""

    def __init__(self, index: Index) -> None:
        self._index = index
        self.about = lru_cache(maxsize=_PARENTS)(lambda c: index.summaries([c]).get(c))
        self.parents = lru_cache(maxsize=_PARENTS)(index.parents)
        self.children = lru_cache(maxsize=_NEIGHBOURS)(index.children)
        self.merging = lru_cache(maxsize=_NEIGHBOURS)(index.merging)
        self.mentions = lru_cache(maxsize=_NEIGHBOURS)(index.mentions)

    def __getattr__(self, name: str) -> Any:
        return getattr(self._index, name)


class Surveyor:
    """Reads the commits of one clone; what the last ones had is known to the next.

    `index` has what their messages say; `merged` as in `model.Question`.
    """

    def __init__(self, clone: Clone, index: Index, merged: int) -> None:
        self._clone = clone
        self._history = clone.history
        self._merged = merged
        self._register = cast(Index, _Register(index))
        self._files = FileVersions(clone.history.blobs)
        self._rows: dict[str, list[Row]] = {}
        self._branches: Branches = {}

    def rows(self, first: int, commits: Sequence[CommitId]) -> dict[str, list[Row]]:
        """The rows of consecutive commits, by table; `first` is the place of the first one."""
        self._rows = {name: [] for name in NAMES}
        self._branches.clear()
        for at in range(0, len(commits), _AT_ONCE):
            self._batch(first + at, commits[at : at + _AT_ONCE])
        return self._rows

    def _batch(self, first: int, ids: Sequence[CommitId]) -> None:
        self._history.commits.ahead(ids)
        commits: list[tuple[int, Commit]] = []
        for position, id_ in enumerate(ids, first):
            try:
                commits.append((position, self._history.commit(id_)))
            except UnknownCommit as error:
                self._gap(position, Gap("commit", error.message, id_))
        changed = self._changed([c for _, c in commits])
        for position, commit in commits:
            self._commit(position, commit, changed)
            self._files.tidy()

    def _changed(self, commits: Sequence[Commit]) -> dict[Pair, list[ChangedFile] | int]:
        """The files that differ from each parent; of merges that differ in many their number.

        To pair renames costs git a look into files: where there are many, nobody asks for them.
        """
        pairs = [(c.id, parent) for c in commits for parent in c.parents or (None,)]
        merges = [(c.id, parent) for c in commits if len(c.parents) > 1 for parent in c.parents]
        many = self._many(merges)
        few = [pair for pair in pairs if pair not in many]
        found = self._clone.repository.changed_in_bulk(few)
        changes = self._history.changes
        if found is None:  # something is missing: each tells on its own what
            changes.know({})
            found = {pair: changes.files(*pair) for pair in few}
        changes.know(found)
        return {**found, **many}

    def _many(self, merges: Sequence[Pair]) -> dict[Pair, int]:
        """How many files differ between merges and parents, where that is too many to compare."""
        found = self._clone.repository.changed_in_bulk(merges, paired=False) if merges else {}
        counts = {pair: len(files) for pair, files in (found or {}).items()}
        return {pair: count for pair, count in counts.items() if count > self._merged}

    def _commit(
        self, position: int, commit: Commit, changed: dict[Pair, list[ChangedFile] | int]
    ) -> None:
        known = len(self._history.gaps)
        parents = commit.parents or (None,)
        every = [(parent, changed[commit.id, parent]) for parent in parents]
        first = every[0][1]
        number = first if isinstance(first, int) else len(first)
        self._rows["commits"].append(rows.commit_row(commit, position, number))
        made: list[tuple[FunctionVersion, str | None]] = []
        for parent, files in every:
            if isinstance(files, int):
                why = f"the merge differs from it in {count(files, 'source file')}"
                why += ": what it brings, the commits of its other side tell"
                self._gap(position, Gap(f"changes against {str(parent)[:12]}", why, commit.id))
            elif files:
                made += self._compared(position, commit, parent, files)
        self._rows["definitions"] += rows.definition_rows(commit.id, position, made)
        said = told_by(self._register, commit.id, self._branches)
        self._rows["relations"] += rows.relation_rows(commit.id, position, said)
        for gap in self._history.gaps[known:]:
            self._gap(position, gap, commit.id)

    def _compared(
        self,
        position: int,
        commit: Commit,
        parent: CommitId | None,
        files: Sequence[ChangedFile],
    ) -> Iterator[tuple[FunctionVersion, str | None]]:
        """Note what differs between a commit and one parent; the versions that it made."""
        self._files.load(files)
        pairs: list[FilePair] = [self._files.pair(f) for f in files]
        found = narrowed_changes(pairs, commit.message)
        changes = begun(self._history, commit.id, parent, found)
        about = commit.id, position, parent
        self._rows["events"] += rows.event_rows(*about, changes)
        for symbol, shifts in all_shifts(pairs, changes):
            self._rows["calls"] += rows.call_rows(*about, symbol, shifts)
        return rows.made(pairs, changes)

    def _gap(self, position: int, gap: Gap, commit: CommitId | None = None) -> None:
        where = commit or gap.commit
        self._rows["gaps"].append(rows.gap_row(where or CommitId(""), position, gap))
