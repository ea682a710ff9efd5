"""Verb 2: a clone and a question -> an answer. Readable top to bottom, no printing."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Literal

from minekvm.adapters.git import revisions
from minekvm.clone.clone import Clone
from minekvm.core.model import Commit, CommitId, FunctionVersion, Lineage, Told

_HASH = re.compile(r"[0-9a-f]{40,64}")

if TYPE_CHECKING:
    from minekvm.adapters.pydriller import Drill
    from minekvm.analyses.starts import Asked
    from minekvm.core.lineage.tracer import Tracer
    from minekvm.core.lineage.ways import Point


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
    told = clone.history.lineages.told(
        _words(clone, question, rev, near), lambda: _found(clone, question, rev, near)
    )
    if drill is None:
        return told
    commits = told.commits | drill.commits([*told.commits])
    gaps = tuple(dict.fromkeys((*told.lineage.gaps, *clone.history.gaps)))
    return Told(replace(told.lineage, gaps=gaps), commits)


def _words(clone: Clone, question: Question, rev: CommitId, near: Sequence[str]) -> list[str]:
    """All that an answer depends on."""
    asked = [question.path, rev, question.since, question.until]
    ways = [question.first_ancestor, question.through_extractions]
    how = [clone.full_history, clone.repository.every_side]
    words = [question.symbol, *map(str, (*asked, *ways, *how))]
    return [*words, "scope", *clone.repository.scope, "near", *near]


def _found(clone: Clone, question: Question, rev: CommitId, near: Sequence[str]) -> Told:
    """The answer, worked out."""
    from minekvm.analyses.starts import starts  # what is kept is answered without

    clone.progress(f"looking for {question.symbol}")
    if question.path is not None:
        clone.history.walks.begin(question.path, rev)  # git works while the rest is imported
    told = declared(clone, question, rev)
    if told is not None:
        return told
    from minekvm.core.lineage.tracer import Tracer

    ways = question.first_ancestor, question.through_extractions
    tracer = Tracer(clone.history, rev, *ways, known=clone.memo)
    asked = _asked(question, rev, near)
    definitions: list[FunctionVersion] = []
    heads: list[Point] = []
    for start in starts(clone, asked):
        if start.function is not None:
            definitions.append(FunctionVersion(start.path, start.function))
            head = tracer.ways.place()
            if start.taken:
                clone.progress(f"following {start.function.name} in {start.path}")
                head = tracer.follow(start.path, start.commit, start.function)
            heads.append(head)
        elif _follow_from(clone, tracer, start.path, start.commit, asked.names):
            if question.path is None:
                _follow_moves(clone, tracer, start.path, rev, asked.names)
            break
    events = tracer.newest_first()
    picked = list(dict.fromkeys(e.commit for e in events))
    commits = {commit: clone.history.commit(commit) for commit in picked}
    events = tuple(e for e in events if _within(commits[e.commit], question))
    gaps = (*clone.history.gaps, *tracer.gaps)
    found = Lineage(
        question.symbol, rev, tuple(definitions), events, gaps, *tracer.ways.below(heads, events)
    )
    return Told(found, commits)


def _asked(question: Question, rev: CommitId, near: Sequence[str] = ()) -> Asked:
    from minekvm.analyses.starts import Asked
    from minekvm.core.declared import asked as asked_as

    symbol = asked_as.function_name(question.symbol)
    return Asked(symbol, question.path, rev, question.start, near)


def declared(clone: Clone, question: Question, rev: CommitId) -> Told | None:
    """The history of a symbol that is no function; None where a function is meant.

    That is so where the symbol says so, or where a plain name is no function's at the revision.
    """
    from minekvm.analyses.starts import defined_at
    from minekvm.core.declared import asked as asked_as

    wanted = asked_as.wanted(question.symbol)
    is_sure = wanted is not None
    if wanted is None:
        wanted = asked_as.plain(question.symbol)
        if wanted is None or defined_at(clone, _asked(question, rev)):
            return None
    from minekvm.analyses import declared as others

    found = others.lineage(
        clone,
        wanted,
        question.symbol,
        rev,
        question.path,
        lambda commit: _within(commit, question),
        looks_back=is_sure,  # of a plain name that is gone, functions come first
    )
    if found is None and is_sure:
        raise others.unknown(question.symbol)
    return found


def _drill(clone: Clone) -> Drill:
    from minekvm.adapters.pydriller import Drill

    return Drill(clone.shadow, clone.history.gaps.note)


def _within(commit: Commit, question: Question) -> bool:
    after = question.since is None or commit.committed >= question.since
    return after and (question.until is None or commit.committed <= question.until)


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
        _follow_from(clone, tracer, went[0].path, rev, [went[0].name])


def _follow_from(
    clone: Clone, tracer: Tracer, path: str, start: CommitId, names: Sequence[str]
) -> bool:
    """Follow names in a file from a commit that has them, or from where the file last had them."""
    file = clone.history.file_history(path, start)
    if file.top is None:
        return False
    found = False
    for name in names:
        standing = clone.history.definitions(file, file.nodes[file.top], name)
        for function in standing:
            tracer.follow(path, start, function)
        found |= bool(standing) or tracer.follow_former(path, start, name)
    return found
