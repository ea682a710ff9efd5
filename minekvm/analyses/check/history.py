"""What history says of the lines that a change touches: who wrote them, why, what they mended."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from minekvm.adapters.git import blame
from minekvm.analyses.check.subject import Subject
from minekvm.analyses.needs.target import note, read
from minekvm.core.c.definitions import scan
from minekvm.core.check.model import Behind, Finding, Wrote
from minekvm.core.file_kinds import is_source
from minekvm.core.model import CommitId, Function
from minekvm.core.origins.lines import FileEdit, Hunk, Pasts, likeness, pasts
from minekvm.core.origins.sites import is_trivial
from minekvm.core.relate import mentions
from minekvm.core.relate.relations import Citation
from minekvm.core.why.reason_signs import Sought
from minekvm.core.why.reasons import reasons

_FILES = 20  # of which the past is read
_LAST = 3  # commits that are told of a function's lines
_ALIKE = 0.5  # likeness from which a line that goes is only changed


def behind(subject: Subject) -> tuple[list[Behind], list[Finding]]:
    """The last commits that wrote the lines which a change touches, and the fixes it undoes."""
    told: list[Behind] = []
    found: list[Finding] = []
    for edit in [e for e in subject.edits if e.old is not None and is_source(e.old_path)][:_FILES]:
        known = _pasts(subject, edit)
        for function, hunks in _by_function(subject, edit):
            lines = [n for h in hunks for n in range(h.old_start, h.old_start + len(h.old))]
            commits = _writers(known, edit.old_path, lines)
            if commits:
                wrote = tuple(_wrote(subject, c, function) for c in commits[:_LAST])
                told.append(Behind(edit.path, function, wrote))
        found += _undone(subject, edit, known)
    return told, found


def _pasts(subject: Subject, edit: FileEdit) -> Pasts:
    past = blame.Past()
    past.read(subject.clone.shadow, subject.before, [edit.old_path])
    note(subject.clone, past.gaps)
    assert edit.old is not None
    lines = sorted(
        {n for h in edit.hunks for n in range(h.old_start, h.old_start + max(len(h.old), 1))}
    )
    return pasts(past.records, {edit.old_path: (edit.old, lines)})


def _by_function(subject: Subject, edit: FileEdit) -> list[tuple[str, list[Hunk]]]:
    """The hunks of a file by the function that they lie in."""
    source = read(subject.clone, subject.before, edit.old_path)
    functions = scan(source) if source is not None else ()
    found: dict[str, list[Hunk]] = {}
    for hunk in edit.hunks:
        found.setdefault(_around(functions, hunk.old_start), []).append(hunk)
    return list(found.items())


def _around(functions: Sequence[Function], line: int) -> str:
    return next((f.name for f in functions if f.start_line <= line <= f.end_line), "")


def _writers(known: Pasts, path: str, lines: Sequence[int]) -> list[CommitId]:
    """Who wrote some lines, newest writers first; who only carried them is left out."""
    found: dict[CommitId, None] = {}
    touches = [known.get((path, line), ()) for line in lines]
    for depth in range(max(map(len, touches), default=0)):
        for touched in touches:
            if depth < len(touched) and not touched[depth].carried:
                found[touched[depth].commit] = None
    return list(found)


def _wrote(subject: Subject, commit: CommitId, function: str) -> Wrote:
    message = subject.clone.history.commit(commit).message
    best = reasons(message, Sought(about=[function] if function else ()), 1)
    cited = tuple(
        Citation(commit, r.sentence.first, r.sentence.last, r.sentence.quote) for r in best
    )
    return Wrote(commit, _mends(subject, commit)[0], cited)


def _mends(subject: Subject, commit: CommitId) -> tuple[str, Citation | None]:
    """Whether a commit fixed or took back another, and its words for that."""
    index = subject.clone.index
    if index.about(commit) is None:
        return "", None
    for relation in mentions.outward(index, commit)[0]:
        if relation.kind in ("fixes", "reverts"):
            return relation.kind, relation.citation
    return "", None


def _undone(subject: Subject, edit: FileEdit, known: Pasts) -> Iterator[Finding]:
    """The fixes of which a change takes lines away, and puts none alike in their place."""
    blamed: dict[CommitId, Finding] = {}
    for hunk in edit.hunks:
        for number, text in enumerate(hunk.old, hunk.old_start):
            if is_trivial(text) or any(likeness(text, new) >= _ALIKE for new in hunk.new):
                continue
            if any(likeness(text, line) > 0.9 for h in edit.hunks for line in h.new):
                continue  # it only moves
            touched = [t for t in known.get((edit.old_path, number), ()) if not t.carried]
            if not touched or touched[0].commit in blamed:
                continue
            commit = touched[0].commit
            kind, citation = _mends(subject, commit)
            if kind:
                what = "took another back" if kind == "reverts" else "fixed another"
                words = f"takes away lines of {commit[:12]}, which {what}"
                cited = (citation,) if citation is not None else ()
                line = max(hunk.new_start, 1)
                blamed[commit] = Finding("undoes-fix", edit.path, line, words, cited)
    yield from blamed.values()
