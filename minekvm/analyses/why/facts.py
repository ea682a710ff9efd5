"""What the clone says of symbols and commits, read once for all that one question needs."""

from __future__ import annotations

import re
from collections.abc import Collection, Iterable, Iterator, Sequence
from contextlib import suppress
from dataclasses import dataclass, field
from functools import cached_property
from itertools import islice

from minekvm.adapters.index.changed_lines import Place
from minekvm.adapters.index.lookups import Touched
from minekvm.analyses.callers import callers
from minekvm.analyses.lineage import Question as Followed
from minekvm.analyses.lineage import lineage
from minekvm.analyses.region.region import open_view
from minekvm.analyses.region.versions import View
from minekvm.analyses.why.extent import Extent
from minekvm.clone.clone import Clone
from minekvm.core.c.symbols import candidates, patterns
from minekvm.core.callers.periods import Moved
from minekvm.core.callers.shifts import shifts
from minekvm.core.lineage.ladder import changes
from minekvm.core.lineage.past import Past
from minekvm.core.model import BlobId, Change, Commit, CommitId, Event, FilePair, Gap
from minekvm.core.relate import mentions
from minekvm.core.relate.relations import About, Relation
from minekvm.core.why.occurrence import counted
from minekvm.core.why.times import calendar_span
from minekvm.errors import MinekvmError, UnknownCommit, UnknownSymbol

_NEAR = 8  # files, changed last where they name a symbol that is gone, in which it may have stood
_LOOKED_INTO = 12  # commits of a file in which a definition is looked for
_CYCLE = 120 * 24 * 3600  # seconds before and after a release that are spoken of as its time
_SPEAKING = 4  # letters of a name that is looked for in messages, where these are not all here
_WIDE = 48  # source files from which a commit is compared around the symbol alone
_SPOKEN = ("fixes", "reverts", "cites")


@dataclass
class Facts:
    """Answers about one clone as seen from `rev`; what is dear is kept.

    `ignore_citations` has no message speak of another commit. `unfollowed` are symbols with too
    many definitions: a gap only for who needs them. `sources` are the files that checks have read.
    """

    clone: Clone
    rev: CommitId
    scope: tuple[str, ...]
    ignore_citations: bool
    past: Past = field(init=False)
    extent: Extent = field(init=False)
    gaps: list[Gap] = field(default_factory=list)
    unfollowed: dict[str, Gap] = field(default_factory=dict)
    sources: dict[str, bytes] = field(default_factory=dict)
    _touched: dict[CommitId, list[Touched]] = field(default_factory=dict)
    _lineages: dict[str, tuple[Event, ...] | None] = field(default_factory=dict)
    _calls: dict[str, tuple[Moved, ...]] = field(default_factory=dict)
    _called: set[str] = field(default_factory=set)
    _compared: dict[tuple[str, CommitId], tuple[Moved, ...]] = field(default_factory=dict)
    _views: dict[tuple[str, str], View] = field(default_factory=dict)
    _changing: dict[str, list[Place]] = field(default_factory=dict)

    def __post_init__(self) -> None:
        self.past = Past(self.clone.history, self.rev, self.clone.memo)
        self.extent = Extent(self.clone, self.rev, self.scope)

    def commit(self, commit: CommitId) -> Commit:
        """A commit with its message."""
        return self.clone.history.commit(commit)

    def about(self, commit: CommitId) -> About:
        """What is known of a commit, without its message where the index has it."""
        return self.clone.index.about(commit) or self.commit(commit)

    def touched(self, commit: CommitId) -> list[Touched]:
        """The C files that a commit changed."""
        if commit not in self._touched:
            self._touched[commit] = self.clone.index.touched(commit)
        return self._touched[commit]

    def look_for(self, symbols: Sequence[str]) -> None:
        """Search the revision's tree once for the definitions of some symbols."""
        groups = [candidates(symbol) for symbol in symbols]
        self.clone.history.trees.prepare_standing(groups, self.rev)

    def lineage(self, symbol: str) -> tuple[Event, ...] | None:
        """The events of a symbol's definitions, newest first; None where nothing defined it."""
        if symbol not in self._lineages:
            self._lineages[symbol] = self._followed(symbol)
        return self._lineages[symbol]

    def _followed(self, symbol: str) -> tuple[Event, ...] | None:
        every = candidates(symbol)
        near: list[str] = []
        if not self.clone.history.standing(every, self.rev):
            near = [path for name in every for path in islice(self._defining(name), _NEAR)]
            if not near:
                return None  # what no commit changed stands today as it did in the beginning
        asked = Followed(symbol, rev=self.rev)
        try:
            return lineage(self.clone, asked, near).lineage.events
        except UnknownSymbol:
            return None
        except MinekvmError as error:
            self.unfollowed[symbol] = Gap(
                f"definitions of {symbol}", f"{error.message}: {error.hint}"
            )
            return None

    def _defining(self, symbol: str) -> Iterator[str]:
        """The files that had a definition of a symbol where commits changed a line with its name.

        Those where that is so for many commits are looked into at the newest ones.
        """
        at: dict[str, list[CommitId]] = {}
        for place in self.places(symbol):
            at.setdefault(place.path, []).append(place.commit)
        for path, commits in at.items():
            pairs = self._file_pairs(commits[:_LOOKED_INTO], {path})
            if any(f.name == symbol for _, pair in pairs for f in (*pair.old, *pair.new)):
                yield path

    def _file_pairs(
        self, commits: Iterable[CommitId], paths: set[str]
    ) -> list[tuple[CommitId, FilePair]]:
        """Some files on both sides of the commits among some that are no merges, in one go."""
        found = []
        for commit in commits:
            parents = self.commit(commit).parents
            if len(parents) == 1:
                changed = self.clone.history.changes.files(commit, parents[0])
                found += [
                    (commit, f) for f in changed if paths.intersection((f.old_path, f.new_path))
                ]
        pairs = self.clone.history.changes.pairs([f for _, f in found])
        return [(commit, pair) for (commit, _), pair in zip(found, pairs, strict=True)]

    def calls(self, symbol: str) -> Sequence[Moved]:
        """All that ever happened to the calls of a symbol, newest first."""
        if symbol not in self._calls:
            found = callers.history(self.clone, symbol, self.rev, self.scope)
            self._calls[symbol] = found.moves
            if found.lives:
                self._called.add(symbol)
            for gap in found.gaps:
                self.note(gap)
        return self._calls[symbol]

    def is_known(self, symbol: str) -> bool:
        """Whether a version of the code or a message has a symbol, as far as could be read."""
        if self.places(symbol) or self.clone.index.speaking(symbol):
            return True
        if any(self.places(name) for name in candidates(symbol)):
            return True
        if self.clone.history.trees.files_naming(patterns(symbol), self.rev):
            return True
        return symbol.startswith("CONFIG_") and bool(self.declared(symbol))

    def declared(self, symbol: str) -> tuple[Event, ...]:
        """The events of a field or option that is named in full; () where nothing declares it."""
        try:
            return lineage(self.clone, Followed(symbol, rev=self.rev)).lineage.events
        except MinekvmError:  # a path or a version looks alike, and a name may be several
            return ()

    def line_with(self, commit: CommitId, path: str, word: str) -> tuple[int, str] | None:
        """The number and text of a file's first line that has a word, at a commit."""
        if "\n" in path:
            return None
        ((_, source),) = self.clone.history.blobs.sources({BlobId(f"{commit}:{path}"): path})
        for number, line in enumerate((source or b"").split(b"\n"), 1):
            if word in counted(line):
                return number, line.decode("utf-8", "replace").strip()
        return None

    def lineage_begins(self, symbol: str) -> bool:
        """Whether a commit with a parent is seen to have introduced a definition of a name."""
        return any(
            {"introduced", "added", "renamed", "renamed+moved"} & set(event.change.kinds)
            and event.parent is not None
            and event.change.new is not None
            and event.change.new.name == symbol
            for event in self.lineage(symbol) or ()
        )

    def versions(self, function: str) -> list[bytes]:
        """The texts that a function had, as far as its lineage goes; [] where it has none."""
        found: dict[bytes, None] = {}
        for event in self.lineage(function) or ():
            sides = (event.change.old, event.change.new)
            found |= dict.fromkeys(
                v.function.text for v in sides if v is not None and v.name == function
            )
        return list(found)

    def calls_at(self, symbol: str, commits: Iterable[CommitId]) -> Sequence[Moved]:
        """What some commits did to the calls of a symbol, in their order."""
        return [m for c in commits for m in self._calls_at(symbol, c)]

    def _calls_at(self, symbol: str, commit: CommitId) -> tuple[Moved, ...]:
        if (symbol, commit) not in self._compared:
            parents = self.commit(commit).parents
            found: tuple[Moved, ...] = ()
            if len(parents) == 1:
                told = shifts(*self._around(symbol, commit, parents[0]), symbol)
                found = tuple(Moved(commit, parents[0], s) for s in told)
            self._compared[symbol, commit] = found
        return self._compared[symbol, commit]

    def _around(
        self, symbol: str, commit: CommitId, parent: CommitId
    ) -> tuple[Sequence[FilePair], Sequence[Change]]:
        """The files of a commit and what it did to functions; of one that changes very many files,
        those alone in which a line with the symbol changed."""
        history = self.clone.history
        files = history.changes.files(commit, parent)
        if len(files) <= _WIDE:
            return history.pairs(commit, parent), self.past.changes(commit, parent)
        paths = {p.path for p in self.places(symbol) if p.commit == commit}
        pairs = history.changes.pairs([f for f in files if paths & {f.old_path, f.new_path}])
        return pairs, changes(pairs, self.commit(commit).message)

    def where(self, symbol: str) -> set[str]:
        """The files in which a symbol was ever defined."""
        sides = [(e.change.old, e.change.new) for e in self.lineage(symbol) or ()]
        return {v.path for pair in sides for v in pair if v is not None and v.name == symbol}

    def touching(self, word: str, paths: Collection[str]) -> list[CommitId]:
        """The commits that changed a line with a word in one of some files, newest first."""
        found = self.extent.looked_into(word, paths)
        if found is None:
            found = [p for p in self.places(word) if p.path in paths]
        return list(dict.fromkeys(p.commit for p in found))

    def places(self, word: str) -> list[Place]:
        """Where the history from the revision on changed a line that holds a word."""
        if word not in self._changing:
            self._changing[word] = self.extent.places(word)
        return self._changing[word]

    def changing(self, *words: str, before: CommitId | None = None) -> list[CommitId]:
        """The commits that changed lines with all of some words, newest first.

        With `before`, only those older than that one.
        """
        first, *rest = ([p.commit for p in self.places(word)] for word in words)
        found = [c for c in dict.fromkeys(first) if all(c in other for other in map(set, rest))]
        if before is None:
            return found
        limit = self.about(before).committed
        return [c for c in found if c != before and self.about(c).committed <= limit]

    @cached_property
    def paths(self) -> tuple[str, ...]:
        """Every C file that a commit of this clone touched, as far as they are known."""
        return self.extent.paths()

    def is_place(self, name: str) -> bool:
        """Whether a name, in small letters and with `_` for `-`, is that of a folder or file."""
        if f"/{name}/" in self._every_path:
            return True
        file = re.compile(rf"/{re.escape(name)}(?:\.[^./\n]*)?\n")
        return f"/{name}" in self._every_path and file.search(self._every_path) is not None

    @cached_property
    def _every_path(self) -> str:
        """All paths, a line each behind a slash, as places are named."""
        return "".join(f"/{path}\n" for path in self.paths).lower().replace("-", "_")

    def release(self, version: str) -> CommitId | None:
        """The commit of a tag that a version names, with or without a `v`; None where none does."""
        for name in dict.fromkeys((version, f"v{version}", version.removeprefix("v"))):
            with suppress(UnknownCommit):
                return self.clone.resolve(f"refs/tags/{name}")
        return None

    def span(self, times: Sequence[str]) -> tuple[int, int]:
        """The seconds from and to which years and releases reach; all time where none is given."""
        since, until = 0, 1 << 62
        for time in times:
            if (named := calendar_span(time)) is not None:
                since, until = _joined((since, until), named)
            elif (tagged := self.release(time)) is not None:
                when = self.about(tagged).committed
                since, until = _joined((since, until), (when - _CYCLE, when + _CYCLE))
        return since, until

    def view(self, function: str, path: str) -> View:
        """A function as seen through all its versions. Raises MinekvmError where it never stood."""
        if (function, path) not in self._views:
            found = open_view(self.clone, function, None, self.rev, self.scope)
            self._views[function, path] = found
        return self._views[function, path]

    def spoken(self, commit: CommitId) -> Sequence[Relation]:
        """What a commit says of earlier ones that are here; nothing where that is ignored."""
        if self.ignore_citations:
            return ()
        self.extent.have_cited(commit)
        out, _, _ = mentions.outward(self.clone.index, commit)
        limit = self.about(commit).committed
        return [
            r
            for r in out
            if r.here
            and r.citation is not None
            and r.kind in _SPOKEN
            and self.about(r.other).committed <= limit  # "the next patch" is no reason
        ]

    def answered(self, commit: CommitId) -> Sequence[Relation]:
        """The later commits that fix or revert one, by their own words."""
        if self.ignore_citations:
            return ()
        self.extent.have_citing(commit)
        said = mentions.inward(self.clone.index, commit)
        return [
            r
            for r in said
            if r.kind in ("fixes", "reverts")
            and r.citation is not None
            and self.extent.reaches(r.other)
        ]

    def note(self, gap: Gap) -> None:
        """Keep a gap, once."""
        if gap not in self.gaps:
            self.gaps.append(gap)


def _joined(span: tuple[int, int], other: tuple[int, int]) -> tuple[int, int]:
    """The first of a question's spans, or what lies between the first and the others."""
    if span == (0, 1 << 62):
        return other
    return min(span[0], other[0]), max(span[1], other[1])
