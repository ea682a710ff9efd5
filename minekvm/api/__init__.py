"""The public API: a clone that answers, with the values that the commands print.

It is silent, ends no process and writes nothing into a clone; what goes wrong is a `MinekvmError`.
Each answer is a frozen dataclass: its fields are what was found, its `gaps` what could not be, and
`to_json()` is what the command of that name prints with --json. What an answer is made of stands in
`minekvm.core`. Imports stand in the methods, so that a question pays for itself alone.
"""

from __future__ import annotations

import os
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING, overload

from minekvm.api.arguments import Date, names, normal, seconds
from minekvm.api.beside import Comparing
from minekvm.errors import MinekvmError
from minekvm.progress import Notify, Progress, no_notify, no_progress

if TYPE_CHECKING:
    from minekvm.analyses.report.report import Request
    from minekvm.api.blame import Blame
    from minekvm.api.callers import Callers
    from minekvm.api.check import Checked
    from minekvm.api.definitions import Definitions
    from minekvm.api.lineage import Inspection, Lineage
    from minekvm.api.needs import Needs
    from minekvm.api.origins import Origins
    from minekvm.api.ports import Ports
    from minekvm.api.region import Region
    from minekvm.api.relate import Connection, Relations
    from minekvm.api.report import Report
    from minekvm.api.thread import Thread
    from minekvm.api.why import Answer


def open(
    path: str | os.PathLike[str],
    *,
    scope: Sequence[str] = (),
    index: str | os.PathLike[str] | None = None,
    progress: Progress | None = None,
    notify: Notify | None = None,
    full_history: bool = False,
    exhaustive: bool = False,
) -> Clone:
    """A clone to be asked: a work tree, a bare repository, or a folder inside.

    `scope` are pathspecs: only files that match are looked into. `index` is the index file, if not
    in the cache folder; `notify` hears in a line what befell it. `progress` hears what is under
    way, as (step, done, total). `full_history` follows every side of merges. `exhaustive` waits for
    all of a long history, where a part of it is searched else. Raises NotARepository.
    """
    clone = Clone(
        Path(path).expanduser(),
        scope=tuple(scope),
        index=None if index is None else Path(index).expanduser(),
        progress=progress or no_progress,
        notify=notify or no_notify,
        full_history=full_history,
        exhaustive=exhaustive,
    )
    clone.verify()
    return clone


class Clone(Comparing):
    """A clone that answers questions, each of the clone as it then is.

    Between two questions nothing is held: other processes may read and write the index, and the
    clone may change.
    """

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
            path=normal(path),
            rev=rev,
            since=seconds(since, "since"),
            until=seconds(until, "until"),
            first_ancestor=first_ancestor,
            through_extractions=through_extractions,
            drilled=whole_messages,
        )
        return self.asked(lambda clone: Lineage.of(lineage(clone, question)), self.scope)

    def definitions(
        self, symbol: str, *, path: str | None = None, rev: str = "HEAD"
    ) -> Definitions:
        """What defines a symbol at a revision, with its text, without its history.

        Raises UnknownSymbol where nothing there does, UnknownCommit.
        """
        from minekvm.analyses.definitions import definitions
        from minekvm.api.definitions import Definitions

        where = normal(path)
        return self.asked(
            lambda clone: Definitions.of(definitions(clone, symbol, rev, where)), self.scope
        )

    def inspect(self, commit: str) -> Inspection:
        """What a commit did to functions, against each of its parents. Raises UnknownCommit."""
        from minekvm.analyses.inspect import inspect
        from minekvm.api.lineage import Inspection

        return self.asked(lambda clone: Inspection.of(inspect(clone, commit)), self.scope)

    def blame(
        self,
        what: str,
        *,
        path: str | None = None,
        rev: str = "HEAD",
        tokens: bool = False,
        why: bool = False,
        moves: bool = False,
        origins: bool = False,
    ) -> Blame:
        """Who wrote each line of a symbol, a FILE, FILE:LINE or FILE:FIRST-LAST.

        `path` is the file, where several define the symbol. With `tokens` each token has its own
        writer, with `why` each commit the sentence that says why, with `origins` its committer;
        `moves` has documents show the ways. Raises UnknownSymbol, UnknownCommit, MinekvmError.
        """
        from minekvm.analyses.blame import Question, blame
        from minekvm.api.blame import Blame

        question = Question(what, normal(path), rev, tokens, why, moves, origins)
        return self.asked(lambda clone: Blame.of(blame(clone, question)), self.scope)

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
            path=normal(path),
            rev=rev,
            scope=self.scope,
            since=seconds(since, "since"),
            until=seconds(until, "until"),
        )
        return self.asked(lambda clone: Callers.of(callers(clone, question)))

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
            enter=names(enter),
            exit=names(exit),
            function=within,
            path=path,
            depth=depth,
            follow=follow_markers,
            also=names(also),
            where=names(where),
            places=tuple(place(text) for text in at_place),
            rev=rev,
            scope=self.scope,
            since=seconds(since, "since"),
            until=seconds(until, "until"),
        )
        return self.asked(lambda clone: Region.of(region(clone, question)))

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
            return self.asked(lambda clone: Relations.of(relate(clone, commit)))
        both = commit, other
        return self.asked(lambda clone: Connection.of(connection(clone, both)))

    def origins(self, commit: str, *, top: int = 10, blind: bool = False) -> Origins:
        """The earlier commits that made one necessary or possible, best first.

        `blind` ignores what the commit's own message cites. Raises UnknownCommit.
        """
        from minekvm.analyses.origins import Question, origins
        from minekvm.api.origins import Origins

        return self.asked(lambda clone: Origins.of(origins(clone, commit, Question(top, blind))))

    def check(
        self,
        *changes: str,
        onto: str = "",
        rules: Sequence[str] | None = None,
        files: bool = True,
        tree: str | os.PathLike[str] | None = None,
    ) -> Checked:
        """What speaks against some changes, given and with `rules` and `files` as for `needs`.

        They are looked at `onto` a revision; if none is named, a commit on its own parent, and a
        patch, or with a `tree`, on HEAD. Raises as `needs` does.
        """
        from minekvm.analyses.check.check import Question, check
        from minekvm.api.check import Checked
        from minekvm.api.rules import rules_of

        question = Question(changes, onto, rules_of(rules), files)
        return self.asked(lambda clone: Checked.of(check(clone, question)), beside=tree)

    def needs(
        self,
        *changes: str,
        onto: str = "HEAD",
        depth: int = 3,
        every: bool = False,
        rules: Sequence[str] | None = None,
        files: bool = True,
        tree: str | os.PathLike[str] | None = None,
    ) -> Needs:
        """What a target lacks for some changes, whether they apply, and what to take in order.

        `changes` are commits, ranges A..B, patch files, or Message-Ids of mails that are indexed.
        With `every` also what the target has; without `files` no name is taken for a file's.
        `rules` are query files, by path or name, that say what must not be called in which regions:
        the shipped ones, if none are given. `tree` is another clone, in which `onto` is looked up.
        Raises UnknownCommit, QueryFailed, and MinekvmError for a patch or `tree` that is not taken.
        """
        from minekvm.analyses.needs.needs import Question, needs
        from minekvm.api.needs import Needs
        from minekvm.api.rules import rules_of

        question = Question(changes, onto, depth, every, rules_of(rules), files)
        return self.asked(lambda clone: Needs.of(needs(clone, question)), beside=tree)

    def ports(self, commit: str) -> Ports:
        """Which branches and tags have a change, as which commit, and which fixes they lack.

        Raises UnknownCommit.
        """
        from minekvm.analyses.ports import ports
        from minekvm.api.ports import Ports

        return self.asked(lambda clone: Ports.of(ports(clone, commit)))

    def thread(self, what: str) -> Thread:
        """The discussion of a commit, or of a mail by its Message-Id or address.

        Raises UnknownCommit, and MinekvmError where no mail is known of it.
        """
        from minekvm.analyses.thread import thread
        from minekvm.api.thread import Thread

        return self.asked(lambda clone: Thread.of(thread(clone, what)))

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
        return self.asked(lambda clone: Answer.of(why(clone, asked)))

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

        return self.asked(lambda clone: Report.of(report(clone, request)), request.story.scope)
