"""Verb 2: a clone and a question -> an answer. Readable top to bottom, no printing."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Literal

from minekvm.adapters.git import revisions
from minekvm.clone.clone import Clone
from minekvm.core.c.symbols import alike, candidates, misspelt
from minekvm.core.model import (
    Commit,
    CommitId,
    FunctionVersion,
    Gap,
    Lineage,
    Told,
)
from minekvm.errors import GitFailed, MinekvmError, UnknownSymbol

_HASH = re.compile(r"[0-9a-f]{40,64}")
_MANY_FILES = 12  # definitions in more files than this need a --path to choose
_MANY_VARIANTS = 100  # definitions of one name in a file that are followed; hand-set
_LONG = 3_000  # commits from which searching them all is felt
_SAMPLES = (8, 2, 1)  # parts of the history's length at which a gone symbol is looked for

if TYPE_CHECKING:
    from minekvm.adapters.pydriller import Drill
    from minekvm.core.lineage.tracer import Tracer


@dataclass(frozen=True, slots=True)
class Question:
    """What `lineage` was asked: a symbol, and what narrows it.

    `drilled` has PyDriller read the picked commits, for answers that show whole messages and
    diffs; its import alone takes as long as git takes for a short history.
    """

    symbol: str
    path: str | None = None
    rev: str = "HEAD"
    since: int | None = None
    until: int | None = None
    first_ancestor: bool = False
    through_extractions: bool = False
    drilled: bool = False

    @property
    def start(self) -> str:
        """The revision as it is told: of a whole hash the first digits."""
        return self.rev[:12] if _HASH.fullmatch(self.rev) else self.rev


def timestamp(text: str | None, which: Literal["since", "until"]) -> int | None:
    """A date as git reads it ("2 weeks ago", "2020-01-01") to seconds since the epoch."""
    return None if text is None else revisions.timestamp(text, which)


def lineage(clone: Clone, question: Question, near: Sequence[str] = ()) -> Told:
    """Follow a symbol back from a revision to the commits that introduced it.

    A symbol that the revision does not define is followed from where it last lived; `near` are
    files in which it may have stood, looked into first. Raises UnknownSymbol where no reachable
    version defines it, MinekvmError where too many files do.
    """
    drill = _drill(clone) if question.drilled else None
    rev = clone.resolve(question.rev)
    clone.progress(f"looking for {question.symbol}")
    if question.path is not None:
        clone.history.begin(question.path, rev)  # git works while the rest is imported
    from minekvm.core.lineage.tracer import Tracer

    definitions = _defined_at(clone, question, rev)
    ways = question.first_ancestor, question.through_extractions
    tracer = Tracer(clone.history, rev, *ways, known=clone.memo)
    if definitions:
        for version in _followed(clone, definitions):
            clone.progress(f"following {version.name} in {version.path}")
            tracer.follow(version.path, rev, version.function)
    else:
        clone.progress(f"{question.symbol} is not defined at {question.start}: searching its past")
        _follow_from_last(clone, question, rev, tracer, near)
    events = tracer.newest_first()
    picked = list(dict.fromkeys(e.commit for e in events))
    commits = {commit: clone.history.commit(commit) for commit in picked}
    if drill is not None:
        commits |= drill.commits(picked)
    events = tuple(e for e in events if _within(commits[e.commit], question))
    gaps = (*clone.history.gaps, *tracer.gaps)
    found = Lineage(question.symbol, rev, tuple(definitions), events, gaps)
    return Told(found, commits)


def _followed(clone: Clone, definitions: Sequence[FunctionVersion]) -> list[FunctionVersion]:
    """The definitions to follow: of a file that has one name very often, the first; a gap says so.

    Each variant is compared with all the others at every step, so a thousand would take hours.
    """
    followed: list[FunctionVersion] = []
    left_out: Counter[str] = Counter()
    taken: Counter[str] = Counter()
    for version in definitions:
        taken[version.path] += 1
        if taken[version.path] <= _MANY_VARIANTS:
            followed.append(version)
        else:
            left_out[version.path] += 1
    for path, many in left_out.items():
        why = f"{many} more definitions of one name in the file were not followed"
        clone.history.note(Gap(f"variants in {path}", why, path=path))
    return followed


def _drill(clone: Clone) -> Drill:
    from minekvm.adapters.pydriller import Drill

    return Drill(clone.shadow, clone.history.note)


def _within(commit: Commit, question: Question) -> bool:
    after = question.since is None or commit.committed >= question.since
    return after and (question.until is None or commit.committed <= question.until)


def _defined_at(clone: Clone, question: Question, rev: CommitId) -> list[FunctionVersion]:
    """The definitions of the symbol at a revision, variants under #ifdef each on its own."""
    names = candidates(question.symbol)
    if question.path is None:
        return _in_tree(clone, names, rev)
    file = clone.history.file_history(question.path, rev)
    if file.top is None:
        return []
    for name in names:
        found = clone.history.definitions(file, file.nodes[file.top], name)
        if found:
            return [FunctionVersion(file.path, f) for f in found]
    return []


def _in_tree(clone: Clone, names: Sequence[str], rev: CommitId) -> list[FunctionVersion]:
    """The definitions at a revision of the first of the names that has any."""
    here = clone.history.standing(names, rev)
    if not here:
        return []
    chosen = min((v.name for v in here), key=names.index)
    found = [v for v in here if v.name == chosen]
    files = list(dict.fromkeys(v.path for v in found))
    if len(files) > _MANY_FILES:
        shown = ", ".join(files[:5])
        raise MinekvmError(
            f"{chosen} is defined in {len(files)} files",
            f"choose one with --path, or narrow with --scope: {shown}, ...",
        )
    return found


# --- symbols that the revision no longer defines


def _follow_from_last(
    clone: Clone, question: Question, rev: CommitId, tracer: Tracer, near: Sequence[str]
) -> None:
    """Find where the symbol last lived, note what ended it there, and follow it back."""
    names = candidates(question.symbol)
    for path, start in _former_places(clone, question, names, rev, near):
        followed = [_follow_from(clone, tracer, path, start, name) for name in names]
        if any(followed):
            if question.path is None:
                _follow_moves(clone, tracer, path, rev, names)
            return
    where = f" in {question.path}" if question.path else ""
    hint = _did_you_mean(clone, question, rev)
    if clone.history.gaps:
        hint += f"; not everything could be read: {clone.history.gaps[0].why}"
    raise UnknownSymbol(
        f"no version reachable from {question.start} defines {question.symbol}{where}", hint
    )


def _follow_moves(
    clone: Clone, tracer: Tracer, path: str, rev: CommitId, names: Sequence[str]
) -> None:
    """Follow the later lives of a name that left the file in which it was found first."""
    known = {path}
    while True:
        sides = (event.change.new for event in tracer.trail.events)
        went = [v for v in sides if v is not None and v.name in names and v.path not in known]
        if not went:
            return
        known.add(went[0].path)
        _follow_from(clone, tracer, went[0].path, rev, went[0].name)


def _follow_from(clone: Clone, tracer: Tracer, path: str, start: CommitId, name: str) -> bool:
    """Follow a name in a file from a commit that has it, or from where the file last had it."""
    file = clone.history.file_history(path, start)
    if file.top is None:
        return False
    standing = clone.history.definitions(file, file.nodes[file.top], name)
    for function in standing:
        tracer.follow(path, start, function)
    return bool(standing) or tracer.follow_former(path, start, name)


def _former_places(
    clone: Clone, question: Question, names: Sequence[str], rev: CommitId, near: Sequence[str]
) -> Iterator[tuple[str, CommitId]]:
    """Files that may have defined one of the names, and from where back, likeliest first.

    Older trees are looked at first, which finds what lived long at a cost that does not grow with
    the history; then every commit, also on sides that no merge took.
    """
    if question.path is not None:
        yield question.path, rev
        return
    seen = set(near)
    yield from ((path, rev) for path in near)
    for path in _in_older_trees(clone, names, rev):
        if path not in seen:
            seen.add(path)
            yield path, rev
    if not clone.full_history and clone.history.count(rev) > _LONG:
        _stop_at_a_slip(clone, question, rev)
    for path, commit in _in_commits(clone, names, rev):
        if path not in seen:
            seen.add(path)
            yield path, rev
        yield path, commit


def _stop_at_a_slip(clone: Clone, question: Question, rev: CommitId) -> None:
    """Spare whoever mistyped a living name the search through every commit of a long history."""
    meant = misspelt(question.symbol, clone.history.defined_words(question.symbol, rev))[:3]
    if meant:
        raise UnknownSymbol(
            f"nothing at {question.start} or in older trees looked at defines {question.symbol}",
            f"did you mean {' or '.join(meant)}? --full-history searches every commit",
        )


def _in_commits(
    clone: Clone, names: Sequence[str], rev: CommitId
) -> Iterator[tuple[str, CommitId]]:
    """Files in which some commit, the newest first, began or ended a definition of a name."""
    clone.progress(f"searching every commit for {names[0]}")
    try:
        for commit in clone.history.commits_changing(names[0], rev):
            for parent in clone.history.commit(commit).parents:
                for pair in clone.history.pairs(commit, parent):
                    had = {f.name for f in pair.old}.intersection(names)
                    has = {f.name for f in pair.new}.intersection(names)
                    if had != has:
                        yield (pair.old_path if had else pair.new_path) or "", commit
    except GitFailed as failure:
        clone.history.note(Gap(f"commits that mention {names[0]}", failure.message))


def _in_older_trees(clone: Clone, names: Sequence[str], rev: CommitId) -> Iterator[str]:
    for commit in clone.history.samples(rev, _SAMPLES):
        clone.progress(f"searching the tree of {commit[:12]} for {names[0]}")
        yield from dict.fromkeys(v.path for v in clone.history.standing(names, commit))


def _did_you_mean(clone: Clone, question: Question, rev: CommitId) -> str:
    if question.path is not None:
        names = {f.name for f in clone.history.functions_at(rev, question.path)}
    else:
        names = clone.history.defined_words(question.symbol, rev)
    close = alike(question.symbol, names)
    if close:
        return f"did you mean {' or '.join(close)}?"
    return "check the spelling, --rev, --path and --scope"
