"""The public API: a clone that answers, with the values that the commands print.

It is silent, ends no process and writes nothing into a clone; what goes wrong is a `MinekvmError`.
Each answer is a frozen dataclass: its fields are what was found, its `gaps` what could not be, and
`to_json()` is what the command of that name prints with --json. What an answer is made of stands in
`minekvm.core`. Imports stand in the methods, so that a question pays for itself alone.
"""

from __future__ import annotations

import os
import posixpath
import re
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Literal, Self, TypeVar, overload

from minekvm.errors import IndexFailed, MinekvmError
from minekvm.progress import Notify, Progress, no_notify, no_progress

if TYPE_CHECKING:
    from minekvm.analyses.report.report import Request
    from minekvm.api.callers import Callers
    from minekvm.api.lineage import Inspection, Lineage
    from minekvm.api.origins import Origins
    from minekvm.api.region import Region
    from minekvm.api.relate import Connection, Relations
    from minekvm.api.report import Report
    from minekvm.api.thread import Thread
    from minekvm.api.why import Answer
    from minekvm.clone.clone import Clone as Opened

_Answer = TypeVar("_Answer")

Date = str | int | None
"""As git reads it ("2 weeks ago"), or in seconds since the epoch."""


_COMMA = re.compile(r",(?![^()]*\))")  # but not between arguments


def open(
    path: str | os.PathLike[str],
    *,
    scope: Sequence[str] = (),
    index: str | os.PathLike[str] | None = None,
    progress: Progress | None = None,
    notify: Notify | None = None,
    full_history: bool = False,
) -> Clone:
    """A clone to be asked: a work tree, a bare repository, or a folder inside.

    `scope` are pathspecs: only files that match are looked into. `index` is the index file, if not
    in the cache folder; `notify` hears in a line what befell it. `progress` hears what is under
    way, as (step, done, total). `full_history` follows every side of merges. Raises NotARepository.
    """
    clone = Clone(
        Path(path).expanduser(),
        scope=tuple(scope),
        index=None if index is None else Path(index).expanduser(),
        progress=progress or no_progress,
        notify=notify or no_notify,
        full_history=full_history,
    )
    clone.check()
    return clone


class Clone:
    """A clone that answers questions, each of the clone as it then is.

    Between two questions nothing is held: other processes may read and write the index, and the
    clone may change.
    """

    def __init__(
        self,
        path: Path,
        *,
        scope: tuple[str, ...] = (),
        index: Path | None = None,
        progress: Progress = no_progress,
        notify: Notify = no_notify,
        full_history: bool = False,
    ) -> None:
        self.path = path
        self.scope = scope
        self._index = index
        self._progress = progress
        self._notify = notify
        self._full_history = full_history
        self._is_closed = False

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    def close(self) -> None:
        """Answer no more."""
        self._is_closed = True

    def check(self) -> None:
        """Raise NotARepository where there is no repository that can be opened."""
        from minekvm.adapters.git import shadow

        shadow.locate(self.path)

    def lineage(
        self,
        symbol: str,
        *,
        path: str | None = None,
        rev: str = "HEAD",
        since: Date = None,
        until: Date = None,
        first_ancestor: bool = False,
        through_extractions: bool = False,
        whole_messages: bool = False,
    ) -> Lineage:
        """Follow a symbol back to its birth. Raises UnknownSymbol, UnknownCommit.

        `path` is the file, where several define it. Events outside of `since` and `until` are left
        out. `whole_messages` has PyDriller read the commits that are told.
        """
        from minekvm.analyses.lineage import Question, lineage
        from minekvm.api.lineage import Lineage

        question = Question(
            symbol,
            path=_normal(path),
            rev=rev,
            since=_seconds(since, "since"),
            until=_seconds(until, "until"),
            first_ancestor=first_ancestor,
            through_extractions=through_extractions,
            drilled=whole_messages,
        )
        return self._asked(lambda clone: Lineage.of(lineage(clone, question)), self.scope)

    def inspect(self, commit: str) -> Inspection:
        """What a commit did to functions, against each of its parents. Raises UnknownCommit."""
        from minekvm.analyses.inspect import inspect
        from minekvm.api.lineage import Inspection

        return self._asked(lambda clone: Inspection.of(inspect(clone, commit)), self.scope)

    def callers(
        self,
        symbol: str,
        *,
        path: str | None = None,
        rev: str = "HEAD",
        since: Date = None,
        until: Date = None,
    ) -> Callers:
        """Who calls a symbol, since when, and where its calls went. Raises UnknownSymbol."""
        from minekvm.analyses.callers.callers import Question, callers
        from minekvm.api.callers import Callers

        question = Question(
            symbol,
            path=_normal(path),
            rev=rev,
            scope=self.scope,
            since=_seconds(since, "since"),
            until=_seconds(until, "until"),
        )
        return self._asked(lambda clone: Callers.of(callers(clone, question)))

    def region(
        self,
        *,
        enter: str | Sequence[str],
        exit: str | Sequence[str],
        within: str,
        path: str | None = None,
        depth: int = 3,
        follow_markers: bool = True,
        also: Sequence[str] = (),
        where: Sequence[str] = (),
        at_place: Sequence[str] = (),
        rev: str = "HEAD",
        since: Date = None,
        until: Date = None,
    ) -> Region:
        """What lies between markers, seen from the function `within`, and what changed that.

        `where` are symbols to be placed inside or outside, `at_place` places like "f:before:g"
        at which a call would stand. Raises UnknownSymbol, and MinekvmError where no version has a
        marker.
        """
        from minekvm.analyses.region.region import place, region
        from minekvm.api.region import Region
        from minekvm.core.region.model import Question

        question = Question(
            enter=_names(enter),
            exit=_names(exit),
            function=within,
            path=path,
            depth=depth,
            follow=follow_markers,
            also=_names(also),
            where=_names(where),
            places=tuple(place(text) for text in at_place),
            rev=rev,
            scope=self.scope,
            since=_seconds(since, "since"),
            until=_seconds(until, "until"),
        )
        return self._asked(lambda clone: Region.of(region(clone, question)))

    @overload
    def relate(self, commit: str) -> Relations: ...
    @overload
    def relate(self, commit: str, other: str) -> Connection: ...
    @overload
    def relate(self, commit: str, other: str | None) -> Relations | Connection: ...

    def relate(self, commit: str, other: str | None = None) -> Relations | Connection:
        """What ties a commit to others; with `other`, what connects both. Raises UnknownCommit."""
        from minekvm.analyses.relate.relate import connection, relate
        from minekvm.api.relate import Connection, Relations

        if other is None:
            return self._asked(lambda clone: Relations.of(relate(clone, commit)))
        both = commit, other
        return self._asked(lambda clone: Connection.of(connection(clone, both)))

    def origins(self, commit: str, *, top: int = 10, blind: bool = False) -> Origins:
        """The earlier commits that made one necessary or possible, best first.

        `blind` ignores what the commit's own message cites. Raises UnknownCommit.
        """
        from minekvm.analyses.origins import Question, origins
        from minekvm.api.origins import Origins

        return self._asked(lambda clone: Origins.of(origins(clone, commit, Question(top, blind))))

    def thread(self, what: str) -> Thread:
        """The discussion of a commit, or of a mail by its Message-Id or address.

        Raises UnknownCommit, and MinekvmError where no mail is known of it.
        """
        from minekvm.analyses.thread import thread
        from minekvm.api.thread import Thread

        return self._asked(lambda clone: Thread.of(thread(clone, what)))

    def why(
        self,
        question: str,
        *,
        verb: str | None = None,
        rev: str = "HEAD",
        ignore_citations: bool = False,
        candidates: bool = False,
    ) -> Answer:
        """Why something happened: a question in words, a symbol with a verb, or a commit.

        With `candidates` the answer keeps the commits that were considered, best first; without,
        only where there is no other answer.
        Raises MinekvmError where the question cannot be read, UnknownSymbol where it names nothing
        that this history has.
        """
        from minekvm.analyses.why import Asked, why
        from minekvm.api.why import Answer
        from minekvm.core.why.verbs import VERBS

        chosen = next((v for v in VERBS if v == verb), None)
        if verb is not None and chosen is None:
            raise MinekvmError(f"no such verb: {verb}", f"there are: {', '.join(VERBS)}")
        asked = Asked(question, chosen, rev, self.scope, ignore_citations, candidates)
        return self._asked(lambda clone: Answer.of(why(clone, asked)))

    def report(self, query: str, *, rev: str = "HEAD", web: str | None = None) -> Report:
        """A story mined: `query` is a query file, or the name of a shipped one.

        `web` is an address of commits with %s for the hash. Raises QueryFailed, UnknownCommit.
        """
        from minekvm.api.report import request_for

        return self.report_for(request_for(query, rev, web))

    def report_for(self, request: Request) -> Report:
        """`report` of a query that is read already."""
        from minekvm.analyses.report.report import report
        from minekvm.api.report import Report

        return self._asked(lambda clone: Report.of(report(clone, request)), request.story.scope)

    def _asked(self, ask: Callable[[Opened], _Answer], scope: Sequence[str] = ()) -> _Answer:
        """What is answered of the clone; once more where its index turns out to be damaged."""
        try:
            with self._opened(scope) as clone:
                return ask(clone)
        except IndexFailed:
            self._notify("index: its file is damaged: building it anew")
            with self._opened(scope) as clone:
                return ask(clone)

    @contextmanager
    def _opened(self, scope: Sequence[str] = ()) -> Iterator[Opened]:
        """The clone opened for one question, in an environment that no GIT_ variable reaches."""
        from minekvm.adapters.git.sealed import seal
        from minekvm.clone.clone import IndexOptions, open_clone

        if self._is_closed:
            raise MinekvmError("the clone is closed", "ask inside of `with minekvm.open(...)`")
        before = dict(os.environ)
        seal()
        changed = {n for n in {*before, *os.environ} if before.get(n) != os.environ.get(n)}
        try:
            options = IndexOptions(self._index, self._notify)
            with open_clone(
                self.path,
                scope,
                full_history=self._full_history,
                index=options,
                progress=self._progress,
            ) as clone:
                yield clone
        finally:
            for name in changed:
                os.environ.pop(name, None)
            os.environ.update({n: before[n] for n in changed if n in before})


def _normal(path: str | None) -> str | None:
    """A path of a clone as git writes it."""
    return None if path is None else posixpath.normpath(path)


def _names(values: str | Sequence[str]) -> tuple[str, ...]:
    """Names given one by one or separated by commas; `()` behind a name is no part of it."""
    given = [values] if isinstance(values, str) else values
    names = (name.strip().removesuffix("()") for value in given for name in _COMMA.split(value))
    return tuple(dict.fromkeys(name for name in names if name))


def _seconds(date: Date, which: Literal["since", "until"]) -> int | None:
    """A date in seconds since the epoch. Raises MinekvmError where git cannot read it."""
    if date is None or isinstance(date, int):
        return date
    from minekvm.adapters.git.revisions import timestamp

    return timestamp(date, which)
