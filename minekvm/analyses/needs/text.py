"""The commits whose lines a change needs: who wrote, before it, where it does not fit a target."""

from __future__ import annotations

from collections.abc import Sequence
from contextlib import suppress

from minekvm.adapters.git import blame
from minekvm.analyses.needs.target import Target, note
from minekvm.analyses.needs.trial import Clash
from minekvm.core.c.definitions import scan
from minekvm.core.file_kinds import is_source
from minekvm.core.model import BlobId, CommitId, Function
from minekvm.core.needs.lines import Span, writers
from minekvm.core.needs.model import Reason

_FILES = 24  # in conflict of which the past is read


def by_lines(
    target: Target, base: CommitId, clashes: Sequence[Clash]
) -> dict[CommitId, list[Reason]]:
    """The commits before a change that changed the lines at which it clashes with a target.

    Only those that the target has not got by the same hash; each with the functions and files.
    """
    found: dict[CommitId, list[Reason]] = {}
    for clash in clashes[:_FILES]:
        if clash.pairs:
            asked = clash.path, clash.entries[1][1], clash.spans
            for commit, reason in _wrote(target, base, *asked):
                found.setdefault(commit, []).append(reason)
        elif 1 in clash.entries and 2 not in clash.entries:
            for commit, reason in _brought(target, base, clash):
                found.setdefault(commit, []).append(reason)
    return found


def _wrote(
    target: Target, base: CommitId, path: str, blob: BlobId, spans: Sequence[Span]
) -> list[tuple[CommitId, Reason]]:
    clone = target.clone
    home = _home(target, base, path, blob)
    past = blame.Past(stop=target.commit, spaces=True)
    past.read(clone.shadow, base, [home])
    note(clone, past.gaps)
    functions: tuple[Function, ...] = ()
    if is_source(home):
        with suppress(StopIteration):
            _, source = next(iter(clone.history.blobs.sources({blob: home})))
            functions = scan(source) if source is not None else ()
    found = []
    for commit, those in writers(past.records, {home: (blob, spans)}).items():
        inside = [f.name for s in those for f in functions if f.start_line <= s.first <= f.end_line]
        where = ", ".join(f"{name}()" for name in dict.fromkeys(inside)) or "lines"
        text = f"changed {where} in {home}, where the change does not fit without it"
        found.append((commit, Reason("text", "lines", "observed", text)))
    return found


def _home(target: Target, base: CommitId, path: str, blob: BlobId) -> str:
    """The path of a file where the change was made: the target may have it under another."""
    if target.clone.repository.blob(base, path) == blob:
        return path
    for other, found in target.clone.repository.tree(base):
        if found == blob:
            return other
    return path


def _brought(target: Target, base: CommitId, clash: Clash) -> list[tuple[CommitId, Reason]]:
    """Who added a file that the target has not got, and who changed it since."""
    past = blame.Past(stop=target.commit, spaces=True)
    past.read(target.clone.shadow, base, [clash.path])
    found = []
    for record in past.records:
        edits = [e for e in record.edits if e.path == clash.path and len(record.commit.parents) < 2]
        for edit in edits:
            verb = "added" if edit.old is None else "changed"
            text = f"{verb} {clash.path}, which the target has not got"
            found.append((record.commit.id, Reason("text", "file", "observed", text)))
    return found
