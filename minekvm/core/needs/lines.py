"""Where two changes of a file get into each other's way, and who else wrote there.

Hunks count lines of the version that both changes began with. They clash where they overlap or
touch, as git's own merge sees it (xdiff); a hunk that both have is none.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import NamedTuple

from minekvm.core.model import BlobId, CommitId
from minekvm.core.origins.lines import Hunk, Record

_MOST = 40  # commits that are followed behind one another, for one span


class Span(NamedTuple):
    """Lines of a file, both ends included; `last` is before `first` for a place between lines."""

    first: int
    last: int

    def touches(self, other: Span) -> bool:
        """Whether two spans overlap, or stand side by side."""
        return self.first <= other.last + 1 and other.first <= self.last + 1

    def joined(self, other: Span) -> Span:
        """The least span with both in it."""
        return Span(min(self.first, other.first), max(self.last, other.last))


def old_span(hunk: Hunk) -> Span:
    """What a hunk takes away, or the place between two lines at which it adds."""
    if hunk.old:
        return Span(hunk.old_start, hunk.old_start + len(hunk.old) - 1)
    return Span(hunk.old_start + 1, hunk.old_start)


def new_span(hunk: Hunk) -> Span:
    """The same of what it brings."""
    if hunk.new:
        return Span(hunk.new_start, hunk.new_start + len(hunk.new) - 1)
    return Span(hunk.new_start + 1, hunk.new_start)


def clashes(ours: Sequence[Hunk], theirs: Sequence[Hunk]) -> list[tuple[Hunk, Hunk]]:
    """The pairs of hunks of two changes that get into each other's way."""
    found = []
    for hunk in theirs:
        for other in ours:
            same = (hunk.old_start, hunk.old, hunk.new) == (other.old_start, other.old, other.new)
            if not same and old_span(hunk).touches(old_span(other)):
                found.append((other, hunk))
    return found


Asked = Mapping[str, tuple[BlobId, Sequence[Span]]]
"""By path: the blob to begin with, and the spans of its lines that are asked for."""


def writers(records: Iterable[Record], asked: Asked) -> dict[CommitId, list[Span]]:
    """The commits that changed lines in some spans or right beside them, newest first.

    Each with the spans that were asked for. A span goes back through each change, with what that
    took away; `records` come newest first, with a merge once per parent: it wrote nothing itself.
    """
    standing: dict[tuple[str, BlobId], list[tuple[Span, Span]]] = {
        (path, blob): [(span, span) for span in spans] for path, (blob, spans) in asked.items()
    }
    found: dict[CommitId, list[Span]] = {}
    for record in records:
        merge = len(record.commit.parents) > 1
        for edit in record.edits:
            if edit.new is None or (edit.path, edit.new) not in standing:
                continue
            key = edit.path, edit.new
            here = standing[key] if merge else standing.pop(key)
            before = []
            for span, origin in here:
                back, touched = _before(span, edit.hunks)
                if touched and not merge:
                    found.setdefault(record.commit.id, []).append(origin)
                before.append((back, origin))
            if edit.old is not None:
                known = standing.setdefault((edit.old_path, edit.old), [])
                known += [pair for pair in before if pair not in known][:_MOST]
    return found


def _before(span: Span, hunks: Sequence[Hunk]) -> tuple[Span, bool]:
    """Where a span stood before a change, and whether that changed it or beside it."""
    touching = [h for h in hunks if new_span(h).touches(span)]
    shift = sum(
        len(h.old) - len(h.new)
        for h in hunks
        if h not in touching and new_span(h).last < span.first
    )
    if not touching:
        return Span(span.first + shift, span.last + shift), False
    firsts = [old_span(h).first for h in touching]
    lasts = [old_span(h).last for h in touching]
    if span.first < new_span(touching[0]).first:
        firsts.append(span.first + shift)
    if span.last > new_span(touching[-1]).last:
        lasts.append(span.last + shift + sum(len(h.old) - len(h.new) for h in touching))
    return Span(max(min(firsts), 1), max(lasts)), True
