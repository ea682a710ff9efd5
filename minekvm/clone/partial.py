"""What one question needs of a long history, taken into the index before all the rest is there.

Where more commits are missing from the index than can be taken in while somebody waits, a question
about a symbol is answered from the commits that changed the files which name it, and a question
about a commit from what its message names and who names it. What that may have missed is a gap,
with the command that closes it. How far back is looked depends on the history alone, so that the
same question has the same answer whether or not git has its commit-graph by then.
"""

from __future__ import annotations

import zlib
from array import array
from collections.abc import Callable, Iterable, Iterator, Sequence
from concurrent.futures import Future, ThreadPoolExecutor
from dataclasses import replace
from hashlib import blake2b
from pathlib import Path

from minekvm.adapters.git import log, revisions, searches
from minekvm.adapters.git.changed_words import Changed, Touching, changed_words
from minekvm.adapters.index.index import Index
from minekvm.clone.changed_words import order
from minekvm.clone.commits import Horizon
from minekvm.clone.history import History
from minekvm.clone.horizon import WALKED, day
from minekvm.core.c.symbols import candidates, patterns
from minekvm.core.model import CommitId, Gap
from minekvm.core.pathspecs import within
from minekvm.progress import Progress

SOON = 20_000  # commits that are taken in while somebody waits
_TIMES = 8  # earlier trees in which a symbol is looked for that neither the last nor the middle has
_FILES = 12  # that name a symbol and whose changes are read: git walks as long again for each dozen
FILES_OF_CALLS = 40  # ... where who calls it is all that is asked
_WALKED_AHEAD = 2  # files that define a symbol and whose history is begun
_SAMPLE = 3_000  # newest commits, whose messages tell which words are rare
_ALL_REFS = "--all"
_PART = 4096  # commits taken in by one transaction
_BATCH = 10_000  # files
_REST = "--exhaustive searches all, `minekvm index --words` does so once for all questions"

_BESIDE = ThreadPoolExecutor(1)  # what git does meanwhile


class Partial:
    """What is taken in for one question, or only the words of what changed, if `has_commits` says
    that all commits are here; what that leaves out becomes gaps."""

    def __init__(
        self,
        index: Index,
        mirror: Path,
        history: History,
        progress: Progress,
        *,
        has_commits: bool,
    ) -> None:
        self.has_commits = has_commits
        self.index = index
        self.mirror = mirror
        self._history = history
        self._progress = progress
        self.most = _FILES
        self.follows = False  # whether the lineage of a symbol will be asked for as well
        self._gaps: dict[str, Gap] = {}
        self._paths: dict[str, frozenset[str]] = {}
        self._covered: dict[CommitId, list[tuple[frozenset[str], array[int]]]] = {}
        self._begun: dict[CommitId, Future[Horizon]] = {}
        self._times: dict[CommitId, list[str]] = {}

    def since(self, rev: CommitId) -> int | None:
        """The date from which on the history of a revision is looked through; None where all is."""
        return None if self.has_commits else self._horizon(rev)[1]

    def _horizon(self, rev: CommitId) -> tuple[CommitId, int | None]:
        def read() -> Horizon:
            return (self._begun.pop(rev, None) or _BESIDE.submit(self._walked, rev)).result()

        middle, since = self._history.commits.horizon(rev, WALKED, read)
        return CommitId(middle), since

    def begin(self, rev: CommitId) -> None:
        """Let git look how far back a history reaches, beside what is done meanwhile."""
        if rev not in self._begun and not self._history.commits.knows_horizon(rev, WALKED):
            self._begun[rev] = _BESIDE.submit(self._walked, rev)

    def _walked(self, rev: CommitId) -> Horizon:
        return searches.horizon(self.mirror, rev, WALKED)

    # --- commits

    def take_in(self, commits: Iterable[bytes]) -> None:
        """Take in some commits, by their raw ids, that are not here yet."""
        from minekvm.adapters.git.entries import entry

        new = self.index.missing(list(dict.fromkeys(commits)))
        for at in range(0, len(new), _PART):
            self._progress("taking in what matters here", at, len(new))
            self.index.add([entry(c) for c in log.read(self.mirror, new[at : at + _PART])])

    def sample(self, rev: CommitId) -> array[int]:
        """Take in the newest commits, from whose messages it is told which words are rare."""
        return self._kept(["sample", rev], lambda: searches.around(self.mirror, [rev], _SAMPLE))

    def roots(self, rev: CommitId) -> array[int]:
        """Take in the commits with which a history begins, where it is looked through so far."""
        if self.has_commits:
            every = self.index.roots()
            return array("L", (n for n in order(self.index, self.mirror, rev) if n in every))
        if self.since(rev) is not None:
            return array("L")
        return self._kept(["roots", rev], lambda: searches.roots(self.mirror, rev))

    def speaking(self, revs: Sequence[str], texts: Sequence[str], since: int | None) -> array[int]:
        """Take in the commits whose messages hold one of some texts."""
        self._progress("searching the messages")
        asked = ["speaking", *revs, *sorted(texts), str(since)]
        return self._kept(asked, lambda: searches.speaking(self.mirror, revs, sorted(texts), since))

    def touching(
        self, revs: Sequence[str], paths: Sequence[str], since: int | None, most: int = 0
    ) -> array[int]:
        """Take in the commits that changed some files, none before its children."""
        asked = ["touching", *revs, str(since), str(most), *sorted(paths)]
        return self._kept(
            asked, lambda: searches.touching(self.mirror, revs, sorted(paths), since, most)
        )

    def _kept(self, asked: Sequence[str], read: Callable[[], list[bytes]]) -> array[int]:
        """The index's numbers of commits that a search found, which are remembered."""
        refs = sorted(revisions.tips(self.mirror)) if _ALL_REFS in asked else ()
        text = "\0".join((*asked, *refs)).encode("utf-8", "surrogateescape")
        key = blake2b(text, digest_size=20).digest()
        known = self.index.recall("order", [key]).get(key)
        if known is not None:
            return array("L", zlib.decompress(known))
        commits = read()
        self.take_in(commits)
        found = self.index.numbers(commits)
        if len(found) == len(commits):
            self.index.keep([("order", key, zlib.compress(found.tobytes(), 1))])
        return found

    # --- files and words

    def symbol(self, rev: CommitId, word: str, scope: Sequence[str]) -> array[int]:
        """Take in what commits changed in the files that name a symbol, by the commits' numbers.

        Those are the files that do at the revision, and that did halfway to where the search ends.
        """
        files, others = self._files(rev, word, scope)
        if not files:
            files = self._once(rev, word, scope)
        self._paths[word] = frozenset(files)
        if others:
            name = "file names" if others == 1 else "files name"
            why = f"{others} more {name} it: what changed there was not searched"
            self.note(f"files with {word}", why)
        self._note_limits(rev, word)
        return self.files(rev, files)

    def paths(self, word: str) -> frozenset[str]:
        """The files in which a symbol was looked for."""
        return self._paths.get(word, frozenset())

    def _files(self, rev: CommitId, word: str, scope: Sequence[str]) -> tuple[list[str], int]:
        """The files that name a symbol, those first that lie with its definitions; how many more
        there are than can be looked into."""
        self._progress(f"looking for {word}")
        names = self._history.trees.files_naming
        wanted = patterns(word)
        self.begin(rev)
        defined = {v.path for v in self._history.standing(candidates(word), rev) if v.name == word}
        if self.follows and len(defined) <= _WALKED_AHEAD:
            for path in sorted(defined):
                self._history.walks.begin(path, rev)  # git walks while all else is looked for
        there = names(wanted, rev)
        older = names(wanted, self._horizon(rev)[0])
        there += sorted(set(older).difference(there))
        if scope:
            there = [path for path in there if within(path, scope)]
        if len(there) <= self.most:
            return there, 0
        homes = {path.rpartition("/")[0] for path in defined}
        there.sort(key=lambda p: (p not in defined, p.rpartition("/")[0] not in homes, p))
        return there[: self.most], len(there) - self.most

    def _once(self, rev: CommitId, word: str, scope: Sequence[str]) -> list[str]:
        """The files that named a symbol at one of some earlier times, the last of them where any
        did: of what came after the halfway and went, or went before it."""
        if rev not in self._times:
            self._times[rev] = searches.spaced(self.mirror, rev, WALKED, _TIMES)
        for commit in self._times[rev]:
            there = self._history.trees.files_naming(patterns(word), CommitId(commit))
            if scope:
                there = [path for path in there if within(path, scope)]
            if there:
                return there[: self.most]
        return []

    def files(self, rev: CommitId, paths: Sequence[str]) -> array[int]:
        """Take in what commits changed in some files, by the commits' numbers, newest first."""
        if not paths:
            return array("L")
        for known, numbers in self._covered.get(rev, ()):
            if known.issuperset(paths):
                return numbers
        self._progress("reading what changed")
        if self.has_commits:
            touching = self.index.touching_any(paths)
            every = order(self.index, self.mirror, rev)
            numbers = array("L", (number for number in every if number in touching))
        else:
            numbers = self.touching([rev], paths, self.since(rev))
        wanted = {path.encode("utf-8", "surrogateescape") for path in paths}

        def narrowed() -> Iterator[Touching]:
            for commit in self.index.touching_files(numbers):
                files = tuple(f for f in commit.files if f[1] in wanted)
                if files:
                    yield replace(commit, files=files)

        lacking = list(narrowed())
        roots = self.index.roots(c.number for c in lacking)
        lacking = [c for c in lacking if c.number not in roots]
        batch: list[Changed] = []
        named = [f":(top,literal){path}" for path in sorted(paths)]
        for done, some in enumerate(changed_words(self.mirror, lacking, named)):
            batch += some
            self._progress("reading what changed", min(done * 256, len(lacking)), len(lacking))
            if len(batch) >= _BATCH:
                self.index.add_words(batch)
                batch = []
        if batch:
            self.index.add_words(batch)
        self._covered.setdefault(rev, []).append((frozenset(paths), numbers))
        return numbers

    # --- what is left out

    def _note_limits(self, rev: CommitId, word: str) -> None:
        since = self.since(rev)
        older = f", and commits before {day(since)}," if since is not None else ""
        why = f"files that named it at other times only{older} were not searched for it"
        self.note(f"all changes that name {word}", why)

    def note(self, what: str, why: str) -> None:
        """Keep a gap, with the commands that close it."""
        gap = Gap(what, f"{why}; {_REST}")
        if what not in self._gaps:
            self._gaps[what] = gap
            self._history.gaps.note(gap, missing=False)
