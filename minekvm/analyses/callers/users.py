"""Who uses what is no function: a field, constant, macro, type, variable or option; since when."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field

from minekvm.adapters.git.repository import ChangedFile
from minekvm.adapters.git.searching import files_with
from minekvm.analyses import declared
from minekvm.analyses.callers.reader import Reader, Sites
from minekvm.analyses.callers.search import Search
from minekvm.clone.clone import Clone
from minekvm.clone.declared import DeclaredHistory
from minekvm.core.c.definitions import scan
from minekvm.core.c.tables import Op
from minekvm.core.callers.periods import Moved, Place
from minekvm.core.callers.sites import Shift
from minekvm.core.callers.uses import Sought, holders, shifts, sites
from minekvm.core.declared.asked import Wanted
from minekvm.core.file_kinds import is_source
from minekvm.core.front_ends import declarations
from minekvm.core.lineage.ladder import changes
from minekvm.core.model import BlobId, CommitId, FilePair, Function, Gap
from minekvm.core.pathspecs import within

_OPTIONS = ("*Kconfig*", "*Makefile*", "*Kbuild*")  # where options are named beside code
_OPTION_FILES = 200  # of those, the histories that are read


def sought(
    clone: Clone, wanted: Wanted, symbol: str, rev: CommitId, path: str | None
) -> Sought | None:
    """What is meant, as it is declared at a revision or in an older tree; None where nothing is.

    Raises MinekvmError where the name may be several things.
    """
    history = DeclaredHistory(clone.repository, clone.history)
    for commit in (rev, *reversed(clone.history.commits.samples(rev, (8, 4, 2, 1)))):
        found = declared.chosen(declared.standing(history, wanted, commit, path), symbol)
        if found:
            about = found[0][0].declaration
            version = declared.version(found[0])
            name, _, member = version.name.partition(".")
            if member and version.function.kind in ("field", "entry"):
                owner = about.of or name if version.function.kind == "entry" else name
                return Sought(member.rpartition(".")[2], version.function.kind, owner)
            return Sought(version.name, version.function.kind)
    return None


class _Uses(Reader):
    """Reads uses, and remembers them."""

    def __init__(self, clone: Clone, asked: Sought) -> None:
        super().__init__(clone.history, clone.repository, asked.word, clone.progress)
        self._sought = asked
        self._named = asked.name.encode("latin-1", "replace")

    def sites(self, blobs: Mapping[BlobId, str]) -> Sites:
        cache = self._history.cache
        found = cache.sites(list(blobs), self._sought.key)
        rest = {b: path for b, path in blobs.items() if b not in found}
        for blob, source in self._sources(rest):
            here = self.holders(blobs[blob], source or b"")
            found[blob] = tuple((s, "") for h in here for s in sites(h, self._sought))
            cache.keep_sites(blob, self._sought.key, found[blob])
        return found

    def begun(self, blobs: Mapping[str, BlobId]) -> Iterator[FilePair]:
        paths = {b: path for path, b in blobs.items()}
        for blob, source in self._sources(paths):
            here = self.holders(paths[blob], source or b"")
            if any(sites(h, self._sought) for h in here):
                yield from (FilePair(None, p, (), here) for p, b in blobs.items() if b == blob)

    def blobs(self, commit: CommitId, paths: Iterable[str]) -> dict[str, BlobId]:
        wanted = set(paths)
        found = super().blobs(commit, (p for p in wanted if is_source(p)))
        for path in sorted(p for p in wanted if not is_source(p)):
            blob = self._repository.blob(commit, path)
            if blob is not None:
                found[path] = blob
        return found

    def tables(self, blobs: Mapping[BlobId, str]) -> Mapping[BlobId, tuple[Op, ...]]:
        return dict.fromkeys(blobs, ())

    def holders(
        self, path: str, source: bytes, functions: Sequence[Function] | None = None
    ) -> tuple[Function, ...]:
        """What may hold a use in a file that has the word; its functions where it has not.

        In a file that nowhere names what a member is of, no type of anything can be known.
        """
        if self._sought.of.encode("latin-1", "replace") not in source:
            return ()
        if functions is None:
            functions = scan(source) if is_source(path) and self._named in source else ()
        if self._named not in source:
            return tuple(functions)
        return holders(path, source, functions, declarations(path, source, functions), self._sought)


@dataclass
class Users(Search):
    """The search for what commits did to the uses of one symbol."""

    sought: Sought = field(kw_only=True)

    def _begin(self) -> _Uses:
        return _Uses(self.clone, self.sought)

    @property
    def _uses(self) -> _Uses:
        assert isinstance(self._reader, _Uses)
        return self._reader

    @property
    def _asked_as(self) -> str:
        return self.sought.key

    def _pairs(self, files: Sequence[ChangedFile]) -> Sequence[FilePair]:
        pairs = super()._pairs([f for f in files if is_source(f.new_path)])
        known = iter(pairs)
        wanted = {b: p for f in files for b, p in ((f.old, f.old_path), (f.new, f.new_path)) if b}
        texts = dict(self._history.blobs.sources(wanted))
        found = []
        for file in files:
            pair = next(known) if is_source(file.new_path) else None
            old, new = (
                self._uses.holders(path, (texts[blob] or b"") if blob else b"", functions)
                for path, blob, functions in (
                    (file.old_path, file.old, pair.old if pair else ()),
                    (file.new_path, file.new, pair.new if pair else ()),
                )
            )
            sides = (
                file.old_path if file.old else None,
                file.new_path if file.new else None,
            )
            found.append(FilePair(*sides, old, new))
        return found

    def _shifts(self, commit: CommitId, pairs: Sequence[FilePair]) -> tuple[Shift, ...]:
        found = shifts(pairs, (), self.sought)
        hows = {s.how for s in found if s.first or s.last}
        if {"began", "gone"} <= hows:  # whether a function became another tells where uses went
            real = [FilePair(p.old_path, p.new_path, _real(p.old), _real(p.new)) for p in pairs]
            did = changes(real, self._history.commit(commit).message)
            found = shifts(pairs, did, self.sought)
        return found

    def _begun(self, pair: FilePair) -> Sequence[Shift]:
        return shifts([pair], (), self.sought)

    def note_odd(self, odd: Sequence[Place]) -> None:
        for path, name in odd[:3]:
            why = "no commit was found that began or ended it"
            self.gaps.append(Gap(f"the use in {name or 'the file'}", why, path=path))

    def changed_lines(self) -> None:
        super().changed_lines()
        if self.sought.kind == "config":
            self._options()

    def _options(self) -> None:
        """Look at the histories of the option files and makefiles that name an option now."""
        words = [self.sought.name, self.sought.word]
        there = files_with(self.clone.repository.path, self.rev, words, _OPTIONS)
        every = dict.fromkeys(path for paths in there.values() for path in paths)
        paths = [path for path in every if within(path, self.scope)]
        if len(paths) > _OPTION_FILES:
            why = f"of {len(paths)} option files and makefiles, {_OPTION_FILES} were read"
            self.gaps.append(Gap(f"uses of {self.sought.word}", why))
        self._paths |= set(paths)
        for path in paths[:_OPTION_FILES]:
            self.clone.progress(f"reading the history of {path}")
            self._option_file(path)

    def _option_file(self, path: str) -> None:
        file = self._history.file_history(path, self.rev)
        found: dict[CommitId, Sequence[Shift]] = {}
        blobs = {n.blob: path for n in file.nodes.values() if n.blob is not None}
        uses = self._reader.sites(blobs)
        for node in file.nodes.values():
            befores = [file.nodes[p].blob for p in node.parents if p in file.nodes]
            if len(node.parents) > 1:
                continue
            before = befores[0] if befores else None
            sides = [
                [(s.function, s.how) for s, _ in uses[b]] if b else [] for b in (before, node.blob)
            ]
            if sides[0] != sides[1]:
                pair = self._pairs([ChangedFile(path, path, before, node.blob)])
                found[node.id] = shifts(pair, (), self.sought)
        self._take(found)

    def _take(self, found: Mapping[CommitId, Sequence[Shift]]) -> None:
        ids = [bytes.fromhex(commit) for commit in found]
        for number, commit in self.clone.index.ids(self.clone.index.numbers(ids)).items():
            if number in self._rank:
                parent = next(iter(self._history.commit(commit).parents), None)
                moves = (Moved(commit, parent, s) for s in found[commit])
                self._moves[number] = (*self._moves.get(number, ()), *moves)


def _real(functions: Iterable[Function]) -> tuple[Function, ...]:
    """The functions among holders."""
    return tuple(f for f in functions if f.name.isidentifier())
