"""Where the form that a change replaces stands as well: another machine, the sibling's file."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from minekvm.adapters.git import searching
from minekvm.analyses.check.subject import Subject
from minekvm.analyses.needs.target import read
from minekvm.core.c.definitions import scan
from minekvm.core.check.model import Finding
from minekvm.core.file_kinds import is_source
from minekvm.core.origins.lines import FileEdit, squeezed
from minekvm.core.origins.sites import identifiers, is_trivial

_LINES = 6  # lines of a change that are looked for
_LONG = 24  # letters of a line that tells enough by itself
_NAMES = 2  # names in it, at least
_EVERYWHERE = 8  # files with a line from which it is a common one
_FOUND = 8


def mirrors(subject: Subject) -> Iterator[Finding]:
    """The places outside of a change that have lines which it replaces by others."""
    number = 0
    for edit in subject.edits:
        wanted = _telling(edit) if is_source(edit.old_path) else []
        texts = [line.decode("utf-8", "surrogateescape").strip() for line in wanted]
        if not texts:
            continue
        rows = searching.lines_with(subject.clone.shadow, subject.after, texts)
        for text in texts:
            here = [r for r in rows if r[2].strip() == text]
            files = {path for path, _, _ in here}
            if len(files) > _EVERYWHERE:
                continue
            for path, line, _ in here:
                if path == edit.path or number == _FOUND:
                    continue
                number += 1
                where = _function(subject, path, line)
                words = f"{where} still has what the change replaces in {edit.path}: {text}"
                yield Finding("mirror", path, line, words)


def _telling(edit: FileEdit) -> Sequence[bytes]:
    """The lines that a change replaces, and keeps nowhere, of which few others are alike."""
    kept = {squeezed(line) for hunk in edit.hunks for line in hunk.new}
    found = [
        line
        for hunk in edit.hunks
        if hunk.new
        for line in hunk.old
        if len(squeezed(line)) >= _LONG
        and len(set(identifiers(line))) >= _NAMES
        and squeezed(line) not in kept
        and not is_trivial(line)
    ]
    return sorted(dict.fromkeys(found), key=len, reverse=True)[:_LINES]


def _function(subject: Subject, path: str, line: int) -> str:
    source = read(subject.clone, subject.after, path)
    functions = scan(source) if source is not None else ()
    inside = (f"{f.name}()" for f in functions if f.start_line <= line <= f.end_line)
    return next(inside, path)
