"""What was found of a commit, as rows."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from functools import lru_cache
from hashlib import blake2b

from minekvm.core.callers.sites import Shift
from minekvm.core.model import Change, Commit, CommitId, FilePair, FunctionVersion, Gap
from minekvm.core.relate.relations import Relation
from minekvm.core.survey.tables import (
    CallRow,
    CommitRow,
    DefinitionRow,
    EventRow,
    GapRow,
    RelationRow,
)

_Side = tuple[str | None, str | None, str | None]


@lru_cache(maxsize=16_384)
def digest(text: bytes) -> str:
    """What a definition's text is called in rows."""
    return blake2b(text, digest_size=8).hexdigest()


def commit_row(commit: Commit, position: int, files: int) -> CommitRow:
    """A commit with the number of its changed files."""
    return CommitRow(
        commit.id,
        position,
        " ".join(commit.parents),
        clean(commit.author),
        clean(commit.email),
        commit.authored,
        commit.committed,
        clean(commit.subject),
        files,
    )


def event_rows(
    commit: CommitId, position: int, parent: CommitId | None, changes: Sequence[Change]
) -> Iterator[EventRow]:
    """The changes between a commit and a parent, a row a kind."""
    for nth, change in enumerate(changes):
        old, new = _side(change.old), _side(change.new)
        for kind in change.kinds:
            yield EventRow(
                commit, position, parent, nth, kind, change.rule, change.score, *old, *new
            )


def _side(version: FunctionVersion | None) -> _Side:
    if version is None:
        return None, None, None
    return clean(version.path), clean(version.name), digest(version.function.text)


def definition_rows(
    commit: CommitId, position: int, versions: Iterable[tuple[FunctionVersion, str | None]]
) -> Iterator[DefinitionRow]:
    """The versions of definitions that a commit made, each once, whichever parent lacks it.

    A version comes with the path where its file stood before, if it only came along with that.
    """
    seen: set[tuple[str, bytes, str]] = set()
    for version, old_path in versions:
        function = version.function
        key = version.path, function.text, function.condition
        if key not in seen:
            seen.add(key)
            yield DefinitionRow(
                commit,
                position,
                clean(version.path),
                clean(function.name),
                function.kind,
                function.condition,
                clean(function.signature),
                function.start_line,
                function.end_line,
                digest(function.text),
                None if old_path is None else clean(old_path),
            )


def made(
    pairs: Iterable[FilePair], changes: Iterable[Change]
) -> Iterator[tuple[FunctionVersion, str | None]]:
    """The versions that changes made; then those that came along with a renamed file."""
    yield from ((change.new, None) for change in changes if change.new is not None)
    for pair in pairs:
        if pair.old_path is not None and pair.new_path not in (None, pair.old_path):
            before = {(f.name, f.text) for f in pair.old}
            for function in pair.new:
                if (function.name, function.text) in before:
                    yield FunctionVersion(pair.new_path or "", function), pair.old_path


def call_rows(
    commit: CommitId,
    position: int,
    parent: CommitId | None,
    symbol: str,
    shifts: Iterable[Shift],
) -> Iterator[CallRow]:
    """What a commit did to the calls of a symbol; those that moved within their function stay."""
    for shift in shifts:
        if shift.how != "moved within":
            old, new = shift.old, shift.new
            if shift.how == "began":
                old = None
            yield CallRow(
                commit,
                position,
                parent,
                clean(symbol),
                shift.how,
                *_side(old)[:2],
                *_side(new)[:2],
                clean(shift.by),
                shift.first,
                shift.last,
            )


def relation_rows(
    commit: CommitId, position: int, relations: Iterable[Relation]
) -> Iterator[RelationRow]:
    """What ties a commit to others: relations that go out from it."""
    for relation in relations:
        quote = relation.citation.quote if relation.citation is not None else ""
        yield RelationRow(
            commit,
            position,
            relation.kind,
            relation.other,
            relation.rule,
            relation.outcome,
            relation.here,
            clean(quote),
        )


def gap_row(commit: CommitId, position: int, gap: Gap) -> GapRow:
    """What could not be read of a commit."""
    path = None if gap.path is None else clean(gap.path)
    return GapRow(commit, position, path, gap.what, gap.why)


def clean(text: str) -> str:
    """Text that Parquet can hold: what git could not decode is escaped."""
    try:
        text.encode()
    except UnicodeEncodeError:
        return text.encode("utf-8", "surrogateescape").decode("utf-8", "backslashreplace")
    return text
