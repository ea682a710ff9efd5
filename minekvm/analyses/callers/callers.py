"""Verb 2, for the calls of a symbol: who calls it, since when, and where a call went.

Readable top to bottom, no printing.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from minekvm.analyses.callers.search import Search
from minekvm.analyses.declared import unknown
from minekvm.clone.clone import Clone
from minekvm.clone.partial import FILES_OF_CALLS
from minekvm.core.c.symbols import alike, candidates
from minekvm.core.callers import periods as lives
from minekvm.core.callers.periods import CallHistory, Moved, renamed_from
from minekvm.core.declared import asked as asked_as
from minekvm.core.declared.asked import Wanted
from minekvm.core.lineage.ladder import changes
from minekvm.core.model import CommitId
from minekvm.errors import UnknownSymbol

if TYPE_CHECKING:
    from minekvm.core.callers.uses import Sought

_NAMES = 4  # that a symbol had before
_FILES = 400  # of the commit that may have given it its name
_ROUNDS = 3  # of looking for what does not fit together


@dataclass(frozen=True, slots=True)
class Question:
    """What `callers` was asked: a symbol, and what narrows it.

    `since` and `until` are seconds since the epoch: what happened in between is told, besides who
    calls now.
    """

    symbol: str
    path: str | None = None
    rev: str = "HEAD"
    scope: tuple[str, ...] = ()
    since: int | None = None
    until: int | None = None


def callers(clone: Clone, question: Question) -> CallHistory:
    """Who calls a symbol, since when, and where its calls went.

    Raises UnknownSymbol where no version that the revision reaches calls it or leads to it by a
    table.
    """
    partial = clone.narrow()
    if partial is not None:
        partial.most = FILES_OF_CALLS
    rev = clone.resolve_indexed(question.rev)
    asked = asked_as.wanted(question.symbol)
    if asked is not None:
        found = _users(clone, asked, question, rev)
        if found is None:
            raise unknown(question.symbol)
        return found
    symbol = asked_as.function_name(question.symbol)
    names = [name.split("(", 1)[0] for name in candidates(symbol)]
    for name in dict.fromkeys(names):
        found = history(clone, name, rev, question.scope)
        if found.lives or found.tables:
            former = (_narrowed(each, question) for each in _former(clone, found, question.scope))
            return replace(_narrowed(found, question), former=tuple(former))
    plain = asked_as.plain(question.symbol)
    users = _users(clone, plain, question, rev) if plain is not None else None
    if users is not None:
        return users
    raise UnknownSymbol(
        f"nothing that {question.rev} reaches calls {names[0]}", _hint(clone, names[0], rev)
    )


def _users(clone: Clone, wanted: Wanted, question: Question, rev: CommitId) -> CallHistory | None:
    """Who uses what is no function; None where nothing declares it."""
    from minekvm.analyses.callers.users import sought

    asked = sought(clone, wanted, question.symbol, rev, None)
    if asked is None:
        return None
    found = history(clone, asked.word, rev, question.scope, asked)
    found = replace(found, symbol=question.symbol.strip(), kind=asked.kind)
    return _narrowed(found, question)


def _hint(clone: Clone, name: str, rev: CommitId) -> str:
    if clone.history.standing([name], rev):
        return "it is defined there: minekvm lineage tells its history"
    close = alike(name, clone.history.trees.defined_words(name, rev))
    hint = (
        f"did you mean {' or '.join(close)}?" if close else "check the spelling, --rev and --scope"
    )
    unread = clone.history.gaps
    return f"{hint}; not everything could be read: {unread[0].why}" if unread else hint


def _former(clone: Clone, found: CallHistory, scope: Sequence[str]) -> Iterator[CallHistory]:
    """The calls of a symbol under the names that it had, newest first.

    A name is former that the commit with the symbol's first call gave up for it.
    """
    known = {found.symbol}
    while len(known) <= _NAMES and found.moves and (move := found.moves[-1]).parent is not None:
        files = clone.history.changes.files(move.commit, move.parent)
        if len(files) > _FILES:
            return
        pairs = clone.history.changes.pairs(files)
        did = changes(pairs, clone.history.commit(move.commit).message)
        name = renamed_from(did, found.symbol)
        if not name or name in known:
            return
        found = history(clone, name, found.rev, scope)
        known.add(name)
        yield found


def _begun(clone: Clone, moves: Sequence[Moved]) -> Iterator[Moved]:
    """What happened, with an import as what it is: the first tree, without a parent."""
    oldest = moves[-1] if moves else None
    imports = (
        oldest is not None
        and oldest.parent is not None
        and oldest.shift.how == "began"
        and clone.history.begins(oldest.commit, oldest.parent)
    )
    for move in moves:
        begun = imports and oldest is not None and move.commit == oldest.commit
        yield move._replace(parent=None) if begun else move


def _narrowed(found: CallHistory, question: Question) -> CallHistory:
    """The part that was asked for: of a file, of a time."""

    def told(commit: CommitId | None) -> bool:
        if question.since is None and question.until is None:
            return True
        about = found.commits.get(commit) if commit is not None else None
        if about is None:
            return False
        after = question.since is None or about.committed >= question.since
        return after and (question.until is None or about.committed <= question.until)

    def here(*paths: str) -> bool:
        return question.path is None or question.path in paths

    kept = [
        life
        for life in found.lives
        if here(life.path, *(went.path for went in life.went))
        and (life.calls or told(life.until) or told(life.since))
    ]
    moves = [
        move
        for move in found.moves
        if told(move.commit)
        and here(*(v.path for v in (move.shift.old, move.shift.new) if v is not None))
    ]
    tables = [table for table in found.tables if here(table[0])]
    return replace(found, lives=tuple(kept), moves=tuple(moves), tables=tuple(tables))


def history(
    clone: Clone,
    symbol: str,
    rev: CommitId,
    scope: Sequence[str] = (),
    sought: Sought | None = None,
) -> CallHistory:
    """The calls of a symbol in the commits that a revision reaches, what happened newest first.

    With what is `sought` instead of a function, its uses; the symbol is the word in code for it.

    `scope` names files as `core.pathspecs` understands it. Raises GitFailed where the history
    cannot be walked.
    """
    search = _search(clone, symbol, rev, tuple(scope), sought)
    search.changed_lines()
    search.roots()
    standing = search.standing()
    found, odd = lives.lives(search.moves, standing)
    for look in (*(search.settle,) * _ROUNDS, search.merges):
        if odd and look(odd):
            standing = search.standing()
            found, odd = lives.lives(search.moves, standing)
    found = lives.without_lost(found)
    moves = tuple(_begun(clone, search.moves))
    there = {(life.path, life.function) for life in found if life.since is None or not life.calls}
    search.note_odd([place for place in odd if place in there])
    named = dict.fromkeys([m.commit for m in moves])
    gaps = (*clone.history.gaps, *search.gaps)
    commits = clone.index.summaries([rev, *named])
    return CallHistory(symbol, rev, found, moves, search.tables(), commits, gaps)


def _search(
    clone: Clone, symbol: str, rev: CommitId, scope: tuple[str, ...], sought: Sought | None
) -> Search:
    if sought is None:
        return Search(clone, symbol, rev, scope)
    from minekvm.analyses.callers.users import Users

    return Users(clone, symbol, rev, scope, sought=sought)
