"""What was asked to be blamed: a symbol, a file, or lines of one."""

from __future__ import annotations

import posixpath
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from minekvm.analyses.starts import Asked, defined_at, starts
from minekvm.clone.clone import Clone
from minekvm.clone.declared import DeclaredHistory
from minekvm.core.blame.lines import split
from minekvm.core.blame.segments import spans
from minekvm.core.c.symbols import candidates
from minekvm.core.declared import asked as asked_as
from minekvm.core.file_kinds import is_source
from minekvm.core.model import BlobId, CommitId
from minekvm.errors import MinekvmError

_LINES = re.compile(r"(.+?):(\d{1,9})(?:[-,](\d{1,9}))?")


@dataclass(frozen=True, slots=True)
class Target:
    """Lines of a file at the revision, from 1, both ends included."""

    path: str
    blob: BlobId
    text: Sequence[bytes]
    first: int
    last: int
    segments: Mapping[int, int]


def targets(clone: Clone, asked: str, path: str | None, rev: CommitId, told: str) -> list[Target]:
    """The lines that something asked for names: FILE, FILE:LINE, FILE:FIRST-LAST or SYMBOL.

    Raises UnknownSymbol, and MinekvmError where a file has no such lines or cannot be read.
    """
    found = _LINES.fullmatch(asked)
    choices = [(asked, "", "")]
    if found is not None:
        choices.append((found[1], found[2], found[3] or found[2]))
    for name, first, last in choices if path is None else ():
        place = posixpath.normpath(name)
        blob = clone.repository.blob(rev, place)
        if blob is not None:
            return [_of_file(clone, place, blob, first, last)]
    if found or (path is None and ("/" in asked or is_source(asked))):
        raise MinekvmError(
            f"there is no file {found.group(1) if found else asked} at {told}",
            "paths are those of the repository; another --rev may have it",
        )
    return _of_symbol(clone, asked, path, rev, told)


def _of_symbol(
    clone: Clone, symbol: str, path: str | None, rev: CommitId, told: str
) -> list[Target]:
    if path is not None and (blob := clone.repository.blob(rev, path)) is not None:
        names = candidates(symbol)
        here = clone.history.blobs.scanned(blob, path)
        chosen = min((f.name for f in here if f.name in names), key=names.index, default="")
        if chosen and asked_as.wanted(symbol) is None:
            return [
                _target(clone, path, blob, f.start_line, f.end_line)
                for f in here
                if f.name == chosen
            ]
    others = _of_declared(clone, symbol, path, rev, told)
    if others:
        return others
    symbol = asked_as.function_name(symbol)
    found = []
    for start in starts(clone, Asked(symbol, path, rev, told)):
        if start.function is None:
            raise MinekvmError(
                f"{symbol} is not defined at {told}", "--rev starts where it was; lineage says when"
            )
        blob = clone.repository.blob(rev, start.path)
        if start.taken and blob is not None:
            first, last = start.function.start_line, start.function.end_line
            found.append(_target(clone, start.path, blob, first, last))
    return found


def _of_declared(
    clone: Clone, symbol: str, path: str | None, rev: CommitId, told: str
) -> list[Target]:
    """The lines of what is no function; none where a function is meant.

    That is so where the symbol says so, or where a plain name is no function's at the revision.
    """
    wanted = asked_as.wanted(symbol)
    is_sure = wanted is not None
    if wanted is None:
        wanted = asked_as.plain(symbol)
        if wanted is None or defined_at(clone, Asked(symbol, path, rev, told)):
            return []
    from minekvm.analyses import declared

    history = DeclaredHistory(clone.repository, clone.history)
    here = declared.chosen(declared.standing(history, wanted, rev, path), symbol)
    if not here and is_sure:
        raise declared.unknown(symbol)
    targets = []
    for found in here:
        version = declared.version(found)
        blob = clone.repository.blob(rev, version.path)
        assert blob is not None
        first, last = version.function.start_line, version.function.end_line
        targets.append(_target(clone, version.path, blob, first, last))
    return targets


def _of_file(clone: Clone, path: str, blob: BlobId, first: str, last: str) -> Target:
    """All of a file, or the lines from the first to the last one, where those are given."""
    target = _target(clone, path, blob, int(first or 1), int(last or 1 << 40))
    if first and not 1 <= target.first <= target.last:
        raise MinekvmError(
            f"{path} has no lines {first}-{last}", f"it has {len(target.text)}; FIRST-LAST"
        )
    return target


def _target(clone: Clone, path: str, blob: BlobId, first: int, last: int) -> Target:
    ((_, content),) = clone.history.blobs.sources({blob: path})
    if content is None:
        raise MinekvmError(f"{path} cannot be read", "is it a text? is the clone whole?")
    text = split(content)
    definitions = clone.history.blobs.scanned(blob, path) if is_source(path) else ()
    places = sorted((f.start_line, f.end_line) for f in definitions)
    return Target(path, blob, text, first, min(last, len(text)), spans(len(text), places))
