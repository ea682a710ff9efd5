"""Where lines come from: a file's diffs, newest first -> every commit that wrote or rewrote a line.

Blame, with memory: `git blame` names the last commit that touched a line, we go on to those before.
A changed line continues in the removed line it resembles most; a line that only changed its place
or its indentation within a file continues where it stood. The idea of looking through changes that
tell nothing is that of the SZZ family (Sliwerski, Zimmermann, Zeller, 2005; da Costa et al., 2017).
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache
from typing import NamedTuple

from minekvm.core.model import BlobId, Commit, CommitId
from minekvm.core.origins.renaming import Renaming, bare, renamed, renaming, wholes

_DEEPEST = 6  # commits kept per line
_ALIKE = 0.5  # likeness (Dice of the tokens) from which a changed line is still the same line
_COMPARED = 60  # removed lines of a hunk that a changed one is compared with
_TELLING = 8  # bytes without white space from which a line found elsewhere is the same line
_SEVERAL = 3  # lines that must have moved together from one file to another
_TOKEN = re.compile(rb"[A-Za-z_]\w*+|\d\w*+|->|\+\+|--|&&|\|\||<<=?+|>>=?+|[-+*/%&|^=!<>]=|[^\s\w]")

Place = tuple[str, int]  # path, line


class Hunk(NamedTuple):
    """Lines that went and lines that came, without context; where one side is empty, `start` is
    the line after which the other side's stand or stood (git's `-U0`)."""

    old_start: int
    old: tuple[bytes, ...]
    new_start: int
    new: tuple[bytes, ...]


class FileEdit(NamedTuple):
    """What a commit did to a file; a blob is None where that side has no regular file."""

    old_path: str
    path: str
    old: BlobId | None
    new: BlobId | None
    hunks: tuple[Hunk, ...]


@dataclass(frozen=True, slots=True)
class Record:
    """A commit and what it did to the files in question, against one parent."""

    commit: Commit
    edits: tuple[FileEdit, ...]


class Touch(NamedTuple):
    """A commit in the past of a line, and the line as it left it.

    `carried`: it moved, reindented or braced the line, or renamed what is in it, and wrote nothing.
    """

    commit: CommitId
    carried: bool
    text: bytes = b""


Pasts = dict[Place, tuple[Touch, ...]]


def squeezed(line: bytes) -> bytes:
    """A line without its white space."""
    return b"".join(line.split())


def tokens_of(line: bytes) -> list[bytes]:
    """The words, numbers and signs of a line."""
    return _TOKEN.findall(line)


@lru_cache(maxsize=16_384)
def _counted(line: bytes) -> tuple[Counter[bytes], int]:
    tokens = tokens_of(line)
    return Counter(tokens), len(tokens)


def likeness(one: bytes, other: bytes) -> float:
    """How far two lines consist of the same tokens: 0 to 1."""
    (counts, size), (others, other_size) = _counted(one), _counted(other)
    if not size or not other_size:
        return 0.0
    common = sum(min(n, others[t]) for t, n in counts.items() if t in others)
    return 2 * common / (size + other_size)


_Tracked = dict[int, list[Place]]  # line in some version -> the lines asked for that it became


def pasts(records: Iterable[Record], asked: Mapping[str, tuple[BlobId, Sequence[int]]]) -> Pasts:
    """The commits that wrote each line asked for, the last one first, at most six.

    `records` come newest first, a merge once per parent from which it differs; `asked` maps paths
    to the blob and the lines to begin with. A file's former name is told by the edit that renamed
    it. Lines of whose past nothing is known have an empty one.
    """
    lines = {(path, line): list[Touch]() for path, (_, wanted) in asked.items() for line in wanted}
    standing: dict[tuple[str, BlobId], _Tracked] = {
        (path, blob): {line: [(path, line)] for line in wanted}
        for path, (blob, wanted) in asked.items()
    }
    listed = list(records)
    sides = Counter(
        (r.commit.id, e.path) for r in listed if len(r.commit.parents) > 1 for e in r.edits
    )
    seen: Counter[Place | tuple[CommitId, str]] = Counter()
    for record in listed:
        commit, parents = record.commit.id, len(record.commit.parents)
        for edit in record.edits:
            last = True
            if parents > 1:
                if sides[commit, edit.path] < parents:
                    continue  # the same as in another parent: the lines are that one's
                seen[commit, edit.path] += 1
                last = seen[commit, edit.path] == parents
            if edit.new is None or (edit.path, edit.new) not in standing:
                continue
            here = standing.pop((edit.path, edit.new))
            before, unexplained = _before(record.commit, edit, here, lines, last)
            if unexplained:  # what one parent has not may be another's
                standing[edit.path, edit.new] = unexplained
            if edit.old is not None and before:
                waiting = standing.setdefault((edit.old_path, edit.old), {})
                for line, places in before.items():
                    waiting.setdefault(line, []).extend(places)
    return {place: tuple(touches) for place, touches in lines.items()}


def _before(
    commit: Commit,
    edit: FileEdit,
    here: _Tracked,
    lines: Mapping[Place, list[Touch]],
    last: bool,
) -> tuple[_Tracked, _Tracked]:
    """Where lines stood before an edit, and those it wrote, unless `last`: then they are noted."""
    before: _Tracked = {}
    unexplained: _Tracked = {}
    elsewhere = _Elsewhere(edit, commit.subject)
    hunks = iter(edit.hunks)
    hunk, shift = next(hunks, None), 0
    for line in sorted(here):
        while hunk is not None and line >= hunk.new_start + max(len(hunk.new), 1):
            shift += len(hunk.old) - len(hunk.new)
            hunk = next(hunks, None)
        if hunk is None or line < hunk.new_start or not hunk.new:
            before.setdefault(line + shift, []).extend(here[line])
            continue
        if not last:
            unexplained[line] = here[line]
            continue
        text = hunk.new[line - hunk.new_start]
        stood, carried = elsewhere.origin(text, hunk)
        for place in here[line]:
            lines[place].append(Touch(commit.id, carried, text))
            if stood is not None and len(lines[place]) < _DEEPEST:
                before.setdefault(stood, []).append(place)
    return before, unexplained


def telling(edit: FileEdit, subject: str) -> list[tuple[list[bytes], list[bytes]]]:
    """The old and new lines of an edit's hunks without those that are the same but for what tells
    nothing: white space, braces, comments, the names of a renaming."""
    names = renaming(((h.old, h.new) for h in edit.hunks), subject)
    found = []
    for hunk in edit.hunks:
        old = [(renamed(line, names) if names else bare(line)) for line in hunk.old]
        new = [bare(line) for line in hunk.new]
        same = set(old) & set(new)
        broken = rewrapped(hunk, names)
        cut, joined = set(broken.values()), broken.keys()
        gone = [hunk.old[i] for i, plain in enumerate(old) if plain not in same and i not in cut]
        came = [hunk.new[i] for i, plain in enumerate(new) if plain not in same and i not in joined]
        found.append((gone, came))
    return found


def rewrapped(hunk: Hunk, names: Renaming) -> dict[int, int]:
    """New lines of a hunk -> old ones, where lines were broken or joined and nothing else was done
    but a renaming."""
    olds = wholes(hunk.old[:_COMPARED])
    news = wholes(hunk.new) if olds else []
    if len(olds) == len(hunk.old[:_COMPARED]) and len(news) == len(hunk.new):
        return {}
    there: dict[bytes, range] = {}
    for lines, text in olds:
        there.setdefault(renamed(text, names), lines)
    found: dict[int, int] = {}
    for lines, text in news:
        stood = there.get(renamed(text, {}))
        if stood is not None and max(len(lines), len(stood)) > 1:
            last = stood[-1]
            found |= {line: min(stood[0] + nth, last) for nth, line in enumerate(lines)}
    return found


class _Elsewhere:
    """Where the new lines of an edit stood before it: as they are, but for what tells nothing."""

    def __init__(self, edit: FileEdit, subject: str) -> None:
        self._edit = edit
        self._subject = subject
        self._names: Renaming | None = None
        self._removed: dict[bytes, int] | None = None
        self._broken: dict[int, dict[int, int]] = {}  # by where a hunk begins

    def origin(self, text: bytes, hunk: Hunk) -> tuple[int | None, bool]:
        """The removed line that a new one was, if any is alike; and whether it is the same.

        The same is a line of other white space, braces, comments or names of a renaming.
        """
        plain = bare(text) or squeezed(text)
        for index, old in enumerate(hunk.old[:_COMPARED]):
            if (bare(old) or squeezed(old)) == plain:
                return hunk.old_start + index, True
        if self._names is None:
            self._names = renaming(((h.old, h.new) for h in self._edit.hunks), self._subject)
        stands = self._rewrapped(text, hunk)
        if stands is not None:
            return hunk.old_start + stands, True
        best, at = 0.0, 0
        for index, old in enumerate(hunk.old[:_COMPARED]):
            if self._names and renamed(old, self._names) == plain:
                return hunk.old_start + index, True
            like = likeness(text, old)
            if like > best:
                best, at = like, hunk.old_start + index
        if best >= _ALIKE:
            return at, False
        stood = self._moved(plain) if len(plain) > _TELLING else None
        return stood, stood is not None

    def _rewrapped(self, text: bytes, hunk: Hunk) -> int | None:
        """The old line of which a new one is a piece, or that is a piece of it."""
        if hunk.new_start not in self._broken:
            self._broken[hunk.new_start] = rewrapped(hunk, self._names or {})
        found = self._broken[hunk.new_start]
        return next((old for new, old in found.items() if hunk.new[new] == text), None)

    def _moved(self, plain: bytes) -> int | None:
        """The line of another hunk that is the same."""
        if self._removed is None:
            self._removed = {
                bare(old): h.old_start + i for h in self._edit.hunks for i, old in enumerate(h.old)
            }
        return self._removed.get(plain)


# --- from file to file


class Source(NamedTuple):
    """Where a line stood before a commit moved it to another file."""

    path: str
    blob: BlobId
    line: int


def endings(known: Pasts, most: int) -> list[CommitId]:
    """The commits at which the pasts of the most lines end, if they end at once in several."""
    ended = Counter(
        t[-1].commit
        for t in known.values()
        if t and len(t) < _DEEPEST and len(squeezed(t[-1].text)) > _TELLING
    )
    return [c for c, lines in ended.most_common(most) if lines >= _SEVERAL]


def moved(known: Pasts, commit: CommitId, edits: Iterable[FileEdit]) -> dict[Place, Source]:
    """Where the lines whose past ends at a commit stood before, if it took them from elsewhere.

    `edits` is all that the commit did. Several of them must come from one file.
    """
    ended = {
        place: squeezed(t[-1].text)
        for place, t in known.items()
        if t and t[-1].commit == commit and len(t) < _DEEPEST
    }
    wanted = {text for text in ended.values() if len(text) > _TELLING}
    found: dict[str, dict[bytes, Source]] = {}
    for edit in edits:
        for hunk in edit.hunks if edit.old is not None else ():
            for line, text in enumerate(hunk.old, hunk.old_start):
                bare = squeezed(text)
                if bare in wanted and edit.old is not None:
                    here = found.setdefault(edit.old_path, {})
                    here.setdefault(bare, Source(edit.old_path, edit.old, line))
    best = max(found.values(), key=len, default={})
    if len(best) < min(_SEVERAL, len(wanted)):
        return {}
    return {place: best[text] for place, text in ended.items() if text in best}


def continued(known: Pasts, sources: Mapping[Place, Source], older: Pasts) -> Pasts:
    """The pasts with those of the sources behind them; what moved the lines only carried them."""
    joined = dict(known)
    for place, source in sources.items():
        *before, last = known[place]
        behind = older.get((source.path, source.line), ())
        if behind:
            touches = (*before, last._replace(carried=True), *behind)
            joined[place] = touches[:_DEEPEST]
    return joined
