"""The search for what commits did to the calls of a symbol.

The index names the files in which commits changed a line with the symbol; there the calls before
and after are compared. What that leaves open, as the renaming of a function whose call stayed as it
was, is looked for by the function's name, and last in the merges of its file.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from itertools import groupby

from minekvm.adapters.git.repository import ChangedFile
from minekvm.adapters.index.changed_lines import Place
from minekvm.analyses.callers.reader import Reader, Sites
from minekvm.clone import changed_words as worded
from minekvm.clone.clone import Clone
from minekvm.core.c.tables import Op
from minekvm.core.callers import periods as lives
from minekvm.core.callers.periods import Moved
from minekvm.core.callers.shifts import shifts
from minekvm.core.callers.sites import Shift, Site, profile
from minekvm.core.lineage.ladder import changes
from minekvm.core.model import CommitId, FilePair, Gap, Node
from minekvm.core.pathspecs import within

_AT_ONCE = 64  # commits whose files are read at once
_FILES = 12  # whose merges are looked at


@dataclass
class Search:
    """What is found out about the calls of one symbol up to a revision, step by step."""

    clone: Clone
    symbol: str
    rev: CommitId
    scope: tuple[str, ...]
    gaps: list[Gap] = field(default_factory=list)

    def __post_init__(self) -> None:
        clone = self.clone
        self._partial = clone.narrow()
        index = clone.index
        self._history = clone.history
        self._reader = self._begin()
        if self._partial is None:
            self._order = worded.order(index, clone.shadow, self.rev)
            self._roots = index.roots().intersection(self._order)
        else:
            self._order = self._partial.symbol(self.rev, self.symbol, self.scope)
            self._roots = set(self._partial.roots(self.rev))
            self._order.extend(sorted(self._roots.difference(self._order)))
        self._rank = {number: nth for nth, number in enumerate(self._order)}
        self._moves: dict[int, tuple[Moved, ...]] = {}
        self._looked: set[tuple[int, str]] = set()
        self._paths: set[str] = set()

    def _begin(self) -> Reader:
        """Who reads the sites off files."""
        clone = self.clone
        return Reader(clone.history, clone.repository, self.symbol, clone.progress)

    @property
    def _asked_as(self) -> str:
        """Under what answers are kept."""
        return self.symbol

    @property
    def moves(self) -> tuple[Moved, ...]:
        """What happened so far, newest first."""
        return tuple(
            m for n in sorted(self._moves, key=self._rank.__getitem__) for m in self._moves[n]
        )

    # --- what commits did

    def changed_lines(self) -> None:
        """Look at the files in which a commit changed a line with the symbol."""
        if self._partial is not None:
            there = self._partial.paths(self.symbol)
            every = self.clone.index.changing(self.symbol)
            self._look(p for p in every if p.path in there)
            unread_ = [p for p in self.clone.index.unread_changes() if p.path in there]
            self._note_unread(unread_)
            self._paths |= self._reader.naming(self.rev, self.scope).keys()
            return
        index, mirror, scope = self.clone.index, self.clone.shadow, self.scope
        found: list[Place] = []
        unread: list[Place] = []
        lacking = worded.ready(index, mirror, self._order, scope, self.clone.progress)
        if lacking:
            asked = self.symbol, scope, self.clone.progress
            found, unread = worded.looked_for(index, mirror, lacking, *asked)
        self._look([*found, *index.changing(self.symbol)])
        self._note_unread([*unread, *index.unread_changes()])

    def _note_unread(self, places: Iterable[Place]) -> None:
        unread = [p for p in places if self._asked(p)]
        if unread:
            first, more = unread[0], len({p.commit for p in unread}) - 1
            others = f", nor what {more} more commits did" if more else ""
            why = f"missing from the clone or damaged: its change could not be searched{others}"
            self.gaps.append(Gap("changed lines", why, first.commit, first.path))
            here = self._reader.naming(self.rev, self.scope)  # what stands there can be told
            self._paths |= here.keys() & {p.path for p in unread}

    def _asked(self, place: Place) -> bool:
        """Whether a file of a commit is one that was asked about."""
        number = place.number
        reached = number in self._rank and number not in self._roots
        return reached and within(place.path, self.scope)

    def _look(self, places: Iterable[Place]) -> bool:
        """Find out what commits did to the calls in some files; whether there was anything new."""
        once = {(p.number, p.path): p for p in places if self._asked(p)}
        fresh = [place for key, place in once.items() if key not in self._looked]
        self._looked |= {(p.number, p.path) for p in fresh}
        self._paths |= {p.path for p in fresh}
        fresh.sort(key=lambda p: self._rank[p.number])
        commits = [list(group) for _, group in groupby(fresh, key=lambda p: p.number)]
        for at in range(0, len(commits), _AT_ONCE):
            self.clone.progress(f"comparing the calls of {self.symbol}", at, len(commits))
            self._compare(commits[at : at + _AT_ONCE])
        return bool(fresh)

    def _compare(self, commits: Sequence[Sequence[Place]]) -> None:
        """Find what some commits, each given by its files, did to the calls there."""
        cache = self._history.cache
        name = self._asked_as
        asked = [[name, places[0].commit, *(p.path for p in places)] for places in commits]
        known = cache.shifts(asked)
        new = [places for places, found in zip(commits, known, strict=True) if found is None]
        files = [self._files(places) for places in new]
        doubts = self._history.gaps.doubts
        pairs = iter(self._pairs([f for some in files for f in some]))
        for words, places, before in zip(asked, commits, known, strict=True):
            found = before
            if found is None:
                some = files[new.index(places)]
                found = self._shifts(places[0].commit, [next(pairs) for _ in some])
                certain = doubts == self._history.gaps.doubts
                cache.keep_shifts(words, found, certain=certain)
            if found:
                number, commit = places[0].number, places[0].commit
                parent = self.clone.index.parents(commit)[0]
                moves = (Moved(commit, parent, s) for s in found)
                self._moves[number] = (*self._moves.get(number, ()), *moves)

    def _pairs(self, files: Sequence[ChangedFile]) -> Sequence[FilePair]:
        return self._history.changes.pairs(files, keep=False)

    def _files(self, places: Sequence[Place]) -> list[ChangedFile]:
        """The files of a commit, renamed ones in one where it may have renamed any."""
        if all(p.old for p in places) or all(p.new for p in places):
            return [ChangedFile(p.path, p.path, p.old, p.new) for p in places]
        commit, paths = places[0].commit, {p.path for p in places}
        found = self._history.changes.files(commit, self.clone.index.parents(commit)[0])
        return [f for f in found if f.old_path in paths or f.new_path in paths]

    def _shifts(self, commit: CommitId, pairs: Sequence[FilePair]) -> tuple[Shift, ...]:
        if not any(_loud(pair, self.symbol) for pair in pairs):
            return ()
        found = shifts(pairs, (), self.symbol)
        left = any(s.old is not None and s.how != "moved within" for s in found)
        if left and any(s.new is not None and s.came is not None for s in found):
            # Whether a function became another tells where its calls went.
            message = self._history.commit(commit).message
            found = shifts(pairs, changes(pairs, message), self.symbol)
        return found

    def roots(self) -> None:
        """Take the calls in the trees with which the history begins as begun there."""
        for number, commit in self.clone.index.ids(self._roots).items():
            self._history.commit(commit)  # notes a shallow clone's boundary
            self.clone.progress(f"looking for {self.symbol} in the first tree, {commit[:12]}")
            self._paths |= self._reader.naming(commit, self.scope).keys()
            self._moves[number] = tuple(self._began(commit))

    def _began(self, commit: CommitId) -> Iterator[Moved]:
        cache = self._history.cache
        asked = [self._asked_as, "first tree", commit, *self.scope]
        (found,) = cache.shifts([asked])
        if found is None:
            doubts = self._history.gaps.doubts
            pairs = self._reader.begun(self._reader.naming(commit, self.scope))
            found = tuple(s for pair in pairs for s in self._begun(pair))
            cache.keep_shifts(asked, found, certain=doubts == self._history.gaps.doubts)
        return (Moved(commit, None, shift) for shift in found)

    def _begun(self, pair: FilePair) -> Sequence[Shift]:
        return shifts([pair], (), self.symbol)

    # --- who calls

    def standing(self) -> dict[lives.Place, tuple[Site, ...]]:
        """The calls at the revision, by function, in the files that ever had any."""
        blobs = self._reader.blobs(self.rev, self._paths)
        sites = self._reader.sites({b: path for path, b in blobs.items()})
        found: dict[lives.Place, tuple[Site, ...]] = {}
        for path, blob in blobs.items():
            for site, _ in sites[blob]:
                here = (path, site.function)
                found[here] = (*found.get(here, ()), site)
        return found

    def tables(self) -> tuple[tuple[str, Op], ...]:
        """The entries of tables at the revision that lead to the symbol, by file."""
        blobs = self._reader.blobs(self.rev, self._paths)
        entries = self._reader.tables({b: path for path, b in blobs.items()})
        return tuple((path, op) for path, b in sorted(blobs.items()) for op in entries[b])

    # --- what does not fit

    def settle(self, odd: Sequence[lives.Place]) -> bool:
        """Look at commits that may explain what does not fit; whether there were any new.

        A function that came, went or was renamed has its own name on a line that changed.
        """
        index = self.clone.index
        return self._look(p for path, function in odd for p in index.changing(function, path))

    def merges(self, odd: Sequence[lives.Place]) -> bool:
        """Look at merges that resolved a file to what no parent had; whether any explains it."""
        found = False
        if self._partial is not None:
            return False  # each walks all of a file's history; what stays open is told
        for path in list(dict.fromkeys(path for path, _ in odd))[:_FILES]:
            self.clone.progress(f"looking for merges that changed {path}")
            file = self._history.file_history(path, self.rev)
            joined = [n for n in file.nodes.values() if len(n.parents) > 1]
            before = {n.id: [file.nodes[p] for p in n.parents if p in file.nodes] for n in joined}
            blobs = {n.blob for m in joined for n in (m, *before[m.id]) if n.blob is not None}
            sites = self._reader.sites(dict.fromkeys(blobs, path))

            def calling(node: Node, sites: Sites = sites) -> set[str]:
                return {s.function for s, _ in sites[node.blob]} if node.blob else set()

            names = {name for p, name in odd if p == path}
            for node in joined:
                every = [calling(parent) for parent in before[node.id]]
                ended = set().union(*every) - calling(node)
                began = calling(node) - set().union(*every)
                turned = names & (ended | began)
                for parent, had in zip(before[node.id], every, strict=True):
                    if turned & (had ^ calling(node)):
                        found |= self._join(path, node, parent, ended | began)
        return found

    def _join(self, path: str, node: Node, parent: Node, names: set[str]) -> bool:
        """Take what a merge did to the calls of some functions, compared with a parent."""
        file = ChangedFile(path, path, parent.blob, node.blob)
        moves = [
            Moved(node.id, parent.id, s)
            for s in self._shifts(node.id, self._pairs([file]))
            if names & {v.name for v in (s.old, s.new) if v is not None}
        ]
        number = self.clone.index.numbers([bytes.fromhex(node.id)])[0]
        known = self._moves.get(number, ())
        new = [m for m in moves if m.shift not in {k.shift for k in known}]
        self._moves[number] = (*known, *new)
        return bool(new)

    def note_odd(self, odd: Sequence[lives.Place]) -> None:
        """Say of whom no beginning or end was found."""
        for path, function in odd[:3]:
            more = f" and {len(odd) - 3} more" if len(odd) > 3 and path == odd[2][0] else ""
            why = "no commit was found that began or ended it"
            self.gaps.append(Gap(f"the call in {function}(){more}", why, path=path))


def _loud(pair: FilePair, symbol: str) -> bool:
    """Whether the calls in a file changed, or stand in another order among others."""
    if pair.old_path != pair.new_path:
        return True
    before, behind = (
        [(site.function, site.nth, digest) for site, digest in profile(functions, symbol)]
        for functions in (pair.old, pair.new)
    )
    return before != behind
