"""Copied first, the original removed later: told from both ends.

A series often adds the new function, turns the callers to it and removes the old one last; a
reorganisation may leave the original for its last users for years. No single diff shows the move.
"""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass

from minekvm.core.lineage.past import Past
from minekvm.core.lineage.similarity import Body, could_reach, similarity
from minekvm.core.model import CommitId, FilePair, FunctionVersion, Node

# Likeness asked of the other end: under another name, under the same, where callers turned to it,
# and under the same name long before or after. Hand-set, not evaluated yet.
_OTHER, _SAME, _TURNED, _LATE = 0.85, 0.7, 0.6, 0.85
_TELLING = 20  # tokens from which a body's copy tells anything
_SEASON = 100 * 24 * 3600  # seconds within which an original goes, once it was copied
_SERIES = 20  # commits after a copy, or before a removal, in which callers may turn
# Said by those who add what nobody calls yet; else the commits that follow, which git lists only by
# walking down from the revision, are not asked for. English, hand-set.
_WAITS = re.compile(
    r"\b(?:will|prepar\w+|subsequent\w*|later|next|follow\w*|replac\w+|convert\w*|switch\w*|cop(?:y|ies|ied)"
    r"|instead|duplicat\w+|new helpers?|migrat\w+|transition\w*)\b",
    re.IGNORECASE,
)
_ASKED = 12  # names that callers turned to which are looked up


@dataclass(frozen=True, slots=True)
class Found:
    """The other end of a copy, and how alike it is."""

    version: FunctionVersion
    likeness: float


def original(past: Past, commit: CommitId, parent: CommitId, body: Body) -> Found | None:
    """What a definition that a commit introduced was copied from, if that was removed later."""
    if len(body.body) < _TELLING:
        return None
    beside = _standing_beside(past, commit, parent, body.version)
    found = _best_original(past, commit, body, beside)
    message = past.history.commit(commit).message
    if found is not None or _WAITS.search(message) is None:
        return found
    if _named_by_others(past, commit, parent, body):
        return None
    return _removed_in_series(past, commit, body)


def successor(past: Past, commit: CommitId, last: Body) -> Found | None:
    """As which copy, made before, a definition went on that a commit removed."""
    if len(last.body) < _TELLING:
        return None
    kept = [
        (FunctionVersion(pair.new_path, f), _OTHER)
        for parent in past.history.commit(commit).parents
        for pair in past.history.pairs(commit, parent, last.version)
        if pair.new_path is not None
        for f in pair.new
        if f.name in {g.name for g in pair.old}
    ]
    turned, copies = _before(past, commit, last)
    there = past.history.standing([last.name, *dict.fromkeys([*turned, *copies])], commit)
    kept += [(v, _SAME if v.name == last.name else _OTHER) for v in there]
    kept += [(v, _TURNED) for v in there if v.name in turned]
    scored = sorted(_alike(last, kept), key=lambda f: -f.likeness)
    return next((f for f in scored if _made_before(past, commit, f, last)), None)


def _alike(body: Body, versions: Iterable[tuple[FunctionVersion, float]]) -> Iterator[Found]:
    """Those of some definitions that are as alike as is asked of each."""
    for version, least in versions:
        other = Body(version)
        if (other.path, other.name) == (body.path, body.name):
            continue
        if could_reach(other, body, least) and (alike := similarity(other, body)) >= least:
            yield Found(version, alike)


def _best_original(
    past: Past, commit: CommitId, body: Body, versions: Sequence[FunctionVersion]
) -> Found | None:
    asked = [(v, _SAME if v.name == body.name else _OTHER) for v in versions]
    for found in sorted(_alike(body, asked), key=lambda f: -f.likeness):
        waited = _removed_after(past, commit, found.version)
        if waited is None:
            continue
        late = found.version.name == body.name and found.likeness >= _LATE
        if waited <= _SEASON or late:
            return found
    return None


def _standing_beside(
    past: Past, commit: CommitId, parent: CommitId, version: FunctionVersion
) -> list[FunctionVersion]:
    """Functions that stood before and after the commit: in its files, or of the same name."""
    found = past.history.namesakes(parent, version.path, version.name)
    for pair in past.history.pairs(commit, parent, version):
        if pair.old_path is None:
            continue
        kept = {f.name for f in pair.new}
        found += [FunctionVersion(pair.old_path, f) for f in pair.old if f.name in kept]
    return found


def _named_by_others(past: Past, commit: CommitId, parent: CommitId, body: Body) -> bool:
    """Whether a function that stood before names a new one at once: then no copy waits for it."""
    word = body.name.encode("latin-1", "replace")
    return any(
        function.name in {f.name for f in pair.old}
        for pair in past.history.pairs(commit, parent, body.version)
        for function in pair.new
        if function.name != body.name and word in function.text
    )


def _removed_in_series(past: Past, commit: CommitId, body: Body) -> Found | None:
    """What the author's next commits removed that is like a new function, wherever it stood."""
    added = past.history.commit(commit)
    turned: set[str] = set()
    gone: dict[FunctionVersion, tuple[CommitId, CommitId]] = {}
    for later in past.history.following(commit, past.rev, _SERIES):
        about = past.history.commit(later)
        if (about.author, len(about.parents)) != (added.author, 1):
            continue
        if about.committed - added.committed > _SEASON:
            continue
        pairs = past.history.pairs(later, about.parents[0], body.version)
        for old, new in _turns(pairs):
            if body.called_by(new) and not body.called_by(old):
                turned |= _calls_lost(old, new)
        gone |= dict.fromkeys(_lost(pairs), (later, about.parents[0]))
    asked = [
        (v, _SAME if v.name == body.name else _TURNED if v.name in turned else _OTHER) for v in gone
    ]
    for found in sorted(_alike(body, asked), key=lambda f: -f.likeness):
        changes = past.changes(*gone[found.version], found.version)
        removed = any("removed" in c.kinds and c.old == found.version for c in changes)
        if removed and _stands(past, added.parents[0], found.version):
            return found
    return None


def _lost(pairs: Iterable[FilePair]) -> Iterator[FunctionVersion]:
    """The definitions of names that some files have no more."""
    for pair in pairs:
        kept = {f.name for f in pair.new}
        for function in pair.old:
            if pair.old_path is not None and function.name not in kept:
                yield FunctionVersion(pair.old_path, function)


def _before(past: Past, commit: CommitId, last: Body) -> tuple[list[str], list[str]]:
    """What callers of a function began to call instead, where it went and in the commits before;
    and which new functions of these commits are much like it."""
    counts: defaultdict[str, int] = defaultdict(int)
    copies: list[str] = []
    at, ended = commit, past.history.commit(commit)
    for _ in range(_SERIES):
        about = past.history.commit(at)
        if not about.parents or ended.committed - about.committed > _SEASON:
            break
        if about.author != ended.author:
            at = about.parents[0]
            continue
        pairs = past.history.pairs(at, about.parents[0], last.version)
        for old, new in _turns(pairs):
            if last.called_by(old) and not last.called_by(new):
                for other in _calls_lost(new, old):
                    counts[other] += 1
        copies += [found.version.name for found in _alike(last, _new(pairs))]
        at = about.parents[0]
    turned = sorted(counts, key=lambda n: (-counts[n], n))[:_ASKED]
    return turned, copies[:_ASKED]


def _new(pairs: Iterable[FilePair]) -> Iterator[tuple[FunctionVersion, float]]:
    """The definitions of names that some files had not got before, with the likeness asked."""
    for pair in pairs:
        had = {f.name for f in pair.old}
        for function in pair.new:
            if pair.new_path is not None and function.name not in had:
                yield FunctionVersion(pair.new_path, function), _OTHER


def _turns(pairs: Iterable[FilePair]) -> Iterator[tuple[Body, Body]]:
    """The definitions of one name that differ between the sides of some files."""
    for pair in pairs:
        if pair.old_path is None or pair.new_path is None:
            continue
        old = {f.name: f for f in pair.old}
        for function in pair.new:
            before = old.get(function.name)
            if before is not None and before.text != function.text:
                yield (
                    Body(FunctionVersion(pair.old_path, before)),
                    Body(FunctionVersion(pair.new_path, function)),
                )


def _calls_lost(old: Body, new: Body) -> set[str]:
    """What one definition calls and another does not name."""
    return {w.decode("latin-1") for w in old.calls - new.words}


def _removed_after(past: Past, commit: CommitId, version: FunctionVersion) -> int | None:
    """Seconds from a commit to the one that ended a definition for good; None where none did."""
    added = past.history.commit(commit).committed
    file = past.history.file_history(version.path, past.rev)
    for node in file.nodes.values():
        if past.history.definitions(file, node, version.name):
            if node.id == file.top:
                return None
            continue
        waited = past.history.commit(node.id).committed - added
        if waited >= 0 and _removes(past, node, version):
            return waited
        if waited < 0:
            return None
    return None


def _removes(past: Past, node: Node, version: FunctionVersion) -> bool:
    """Whether a commit ended a definition for good, rather than renaming or moving it."""
    return any(
        "removed" in change.kinds
        and change.old is not None
        and (change.old.path, change.old.name) == (version.path, version.name)
        for parent in past.history.commit(node.id).parents
        for change in past.changes(node.id, parent, version)
    )


def _made_before(past: Past, commit: CommitId, found: Found, last: Body) -> bool:
    """Whether a definition that stands where another ended was made after that one, as its copy."""
    version = found.version
    file = past.history.file_history(version.path, commit)
    birth: Node | None = None
    for node in file.nodes.values():
        if not past.history.definitions(file, node, version.name):
            break
        birth = node
    if birth is None or birth.id == commit:
        return birth is not None
    born = past.history.commit(birth.id)
    if not born.parents:
        return False
    waited = past.history.commit(commit).committed - born.committed
    stood = _stands(past, born.parents[0], last.version)
    late = version.name == last.name and found.likeness >= _LATE
    return stood and (waited <= _SEASON or late)


def _stands(past: Past, commit: CommitId, version: FunctionVersion) -> bool:
    """Whether a commit has a definition of that name in that file."""
    file = past.history.file_history(version.path, commit)
    if file.top is None:
        return False
    return bool(past.history.definitions(file, file.nodes[file.top], version.name))
