"""A change applied to a target in memory: whether it fits, and what is in its way."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace

from minekvm.adapters.git import blame, making, merging
from minekvm.adapters.git.making import Entry
from minekvm.adapters.git.merging import Merged
from minekvm.adapters.git.objects import Missing, is_text
from minekvm.analyses.needs.target import Target
from minekvm.clone.clone import Clone
from minekvm.core.c.definitions import scan
from minekvm.core.file_kinds import is_source
from minekvm.core.model import BlobId, CommitId
from minekvm.core.needs.conflicts import theirs
from minekvm.core.needs.lines import Span, clashes, new_span, old_span, writers
from minekvm.core.needs.model import Conflict, Trial
from minekvm.core.origins.lines import FileEdit, Hunk

_CONTEXT = 3  # lines around a hunk that a patch brings along
_PATHS = 12  # files in conflict of which it is told who wrote there


@dataclass(frozen=True, slots=True)
class Clash:
    """A file on which a change and the target do not agree.

    `entries` are what it is in the base, the target and the change (1, 2, 3); `pairs` the hunks of
    target and change that get into each other's way, none where it is not about lines.
    """

    path: str
    entries: Mapping[int, Entry]
    pairs: tuple[tuple[Hunk, Hunk], ...] = ()

    @property
    def spans(self) -> list[Span]:
        """The lines of the base that are at stake."""
        return [old_span(ours).joined(old_span(others)) for ours, others in self.pairs]


@dataclass(frozen=True, slots=True)
class Tried:
    """A trial, with the clashes that it met."""

    trial: Trial
    clashes: tuple[Clash, ...] = ()


def tried(target: Target, base: CommitId | None, change: CommitId, *, brief: bool = False) -> Tried:
    """Apply what a commit does to its base (None: it has no parent) to a target.

    With `brief` neither fuzz is looked for, nor what is to be told of each conflict.
    """
    clone = target.clone
    merged = target.picker.pick(base, change, target.commit)
    empty = not merged.files and not merged.conflicts
    found = tuple(_clash(clone, path, e) for path, e in merged.conflicts.items())
    result = target.commit
    if not empty and not (brief and found):
        objects = clone.repository.objects
        tree = merging.tree(clone.shadow, objects, target.commit, _resolved(merged))
        result = making.commit(clone.shadow, tree, (target.commit,), "as it would be applied")
    if found:
        told = () if brief else tuple(c for clash in found for c in _conflicts(target, base, clash))
        return Tried(Trial("conflict", conflicts=told, result=result), found)
    fuzz = not brief and not empty and _fuzzy(target, base, change)
    return Tried(Trial("clean", fuzz=fuzz, empty=empty, result=result))


def _clash(clone: Clone, path: str, entries: Mapping[int, Entry]) -> Clash:
    if not entries.keys() >= {1, 2, 3} or not all(e[0].startswith("100") for e in entries.values()):
        return Clash(path, entries)
    git_dir = clone.shadow
    ours, others = (blame.blob_hunks(git_dir, entries[1][1], entries[n][1]) for n in (2, 3))
    pairs = clashes(ours, others)
    return Clash(path, entries, tuple(pairs or ((hunk, hunk) for hunk in others)))


def _conflicts(target: Target, base: CommitId | None, clash: Clash) -> Iterator[Conflict]:
    """Each place of a clash in words, with the commits of the target that wrote there."""
    entries = clash.entries
    if not clash.pairs:
        how = "the change and the target do not agree on the file"
        if 2 not in entries:
            how = "the target has no such file"
        elif 3 not in entries:
            how = "the change removes the file, which the target changed"
        elif 1 not in entries:
            how = "both add the file"
        yield Conflict(clash.path, "", 0, 0, how)
        return
    spans = {new_span(ours): others for ours, others in clash.pairs}
    wrote = _writers(target, base, clash.path, entries[2][1], list(spans))
    source = _text(target.clone, entries[2][1])
    functions = scan(source) if source is not None and is_source(clash.path) else ()
    for span in spans:
        inside = (f.name for f in functions if f.start_line <= span.first <= f.end_line)
        commits = tuple(c for c, those in wrote.items() if span in those)
        lines = max(span.first, 1), max(span.last, span.first, 1)
        how = "these lines are other ones there"
        if span.last < span.first:
            how = "lines that the change builds on are not there"
        yield Conflict(clash.path, next(inside, ""), *lines, how, commits)


def _writers(
    target: Target, base: CommitId | None, path: str, blob: BlobId, spans: Sequence[Span]
) -> dict[CommitId, list[Span]]:
    """The commits of the target that wrote lines which the change's own history has not."""
    past = blame.Past(stop=base, spaces=True)
    past.read(target.clone.shadow, target.commit, [path])
    return writers(past.records, {path: (blob, spans)})


def _text(clone: Clone, blob: BlobId) -> bytes | None:
    (data,) = clone.repository.objects.read_many([blob])
    return None if isinstance(data, Missing) or not is_text(data) else data


def _resolved(merged: Merged) -> Merged:
    """The outcome with the change's side taken wherever both do not agree, to be looked into."""
    files = dict(merged.files)
    for path in merged.conflicts:
        content = files.get(path)
        if content is not None and content[0].startswith("100"):
            files[path] = content[0], theirs(content[1])
    return replace(merged, files=files)


def _fuzzy(target: Target, base: CommitId | None, change: CommitId) -> bool:
    """Whether the lines around a hunk are other ones in the target."""
    if base is None:
        return False
    edits, _ = blame.edits(target.clone.shadow, change, base, _PATHS)
    return any(_moved(target, edit) for edit in edits[:_PATHS])


def _moved(target: Target, edit: FileEdit) -> bool:
    here = target.read(edit.old_path)
    before = _text(target.clone, edit.old) if edit.old is not None else None
    if before is None or here is None:
        return edit.old is not None
    lines = before.split(b"\n")
    for hunk in edit.hunks:
        span = old_span(hunk)
        block = lines[max(span.first - 1 - _CONTEXT, 0) : max(span.last, 0) + _CONTEXT]
        if b"\n".join(block) not in here:
            return True
    return False
