"""What the clone says of symbols and commits, read once for all that one question needs."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field

from minekvm import callers, worded
from minekvm.ask import Question as Followed
from minekvm.ask import lineage_opened
from minekvm.core import relations
from minekvm.core.model import Commit, CommitId, Event, Gap
from minekvm.core.past import Past
from minekvm.core.regions.lives import CallHistory
from minekvm.core.relations import About, Relation
from minekvm.desk import Desk
from minekvm.errors import MinekvmError, UnknownSymbol
from minekvm.opening import Progress


@dataclass
class Facts:
    """Answers about one clone as seen from `rev`; what is dear is kept.

    `ignore_citations` has no message speak of another commit.
    """

    at: Desk
    rev: CommitId
    scope: tuple[str, ...]
    ignore_citations: bool
    progress: Progress
    past: Past = field(init=False)
    gaps: list[Gap] = field(default_factory=list)
    _lineages: dict[str, tuple[Event, ...] | None] = field(default_factory=dict)
    _calls: dict[str, CallHistory | None] = field(default_factory=dict)
    _order: set[int] = field(default_factory=set)

    def __post_init__(self) -> None:
        self.past = Past(self.at.it.history, self.rev)

    def commit(self, commit: CommitId) -> Commit:
        """A commit with its message."""
        return self.at.it.history.commit(commit)

    def about(self, commit: CommitId) -> About:
        """What is known of a commit, without its message where the index has it."""
        return self.at.index.about(commit) or self.commit(commit)

    def lineage(self, symbol: str) -> tuple[Event, ...] | None:
        """The events of a symbol's definitions, newest first; None where nothing defined it."""
        if symbol not in self._lineages:
            asked = Followed(symbol, rev=self.rev, scope=self.scope)
            try:
                told = lineage_opened(self.at.it, asked, self.progress)
            except UnknownSymbol:
                self._lineages[symbol] = None
            except MinekvmError as error:
                self.note(Gap(f"definitions of {symbol}", f"{error.message}: {error.hint}"))
                self._lineages[symbol] = None
            else:
                self._lineages[symbol] = told.lineage.events
        return self._lineages[symbol]

    def calls(self, symbol: str) -> CallHistory | None:
        """What happened to the calls of a symbol, newest first; None where nobody ever called."""
        if symbol not in self._calls:
            found = callers.history(self.at, symbol, self.rev, self.scope, self.progress)
            self._calls[symbol] = found if found.moves or found.lives else None
            for gap in found.gaps:
                self.note(gap)
        return self._calls[symbol]

    def changing(self, word: str, before: CommitId) -> list[CommitId]:
        """The commits that changed a line that holds a word, older than another, newest first."""
        limit = self.about(before).committed
        found = (p for p in self.at.index.changing(word) if p.number in self._reached())
        ids = dict.fromkeys(p.commit for p in found if p.commit != before)
        return [c for c in ids if self.about(c).committed <= limit]

    def _reached(self) -> set[int]:
        """The numbers of the commits that the revision reaches, their words taken in."""
        if not self._order:
            it, index = self.at.it, self.at.index
            order = worded.order(index, it.shadow, self.rev, it.repository.view)
            if index.writable:
                worded.take_in(index, it.shadow, order, self.progress)
            self._order = set(order)
        return self._order

    def spoken(self, commit: CommitId) -> Sequence[Relation]:
        """What a commit says of earlier ones that are here; nothing where that is ignored."""
        if self.ignore_citations:
            return ()
        out, _, _ = relations.outward(self.at.index, commit)
        return [r for r in out if r.here and r.citation is not None and r.kind in _SPOKEN]

    def answered(self, commit: CommitId) -> Sequence[Relation]:
        """The later commits that fix or revert one, by their own words."""
        if self.ignore_citations:
            return ()
        said = relations.inward(self.at.index, commit)
        return [r for r in said if r.kind in ("fixes", "reverts") and r.citation is not None]

    def note(self, gap: Gap) -> None:
        """Keep a gap, once."""
        if gap not in self.gaps:
            self.gaps.append(gap)


_SPOKEN = ("fixes", "reverts", "cites")
