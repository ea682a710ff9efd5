"""Regions for a reader at a terminal: what lies inside now, what stood where, what changed it."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

from minekvm.render import text
from minekvm.render.pages import regions_words as words
from minekvm.render.terminal import LEAST, Page, Piece

if TYPE_CHECKING:
    from minekvm.core.model import CommitId
    from minekvm.core.region.model import Answer, Standing
    from minekvm.core.region.region import Region

_ROWS = 6  # lines of functions; of more only those that no callee has, at a terminal
_CHANGES = 6
_NAMES = 5  # of what came in or left
_LINES = 4  # lines of names
_STATES = {"inside": "red", "outside": "green", "partly": "yellow", "unknown": "dim"}


def region(found: Answer, *, verbose: bool = False) -> None:
    """Print the region as it is, the placements that were asked for, and its changes."""
    page = Page()
    sheet = _Sheet(page, found, verbose)
    sheet.heading()
    for each in found.now:
        sheet.now(each)
    for standing in (*found.placements, *found.turns):
        page.line()
        sheet.standing(standing)
    page.line()
    sheet.changes()
    page.gaps(found.gaps)
    page.show()


class _Sheet:
    def __init__(self, page: Page, found: Answer, verbose: bool) -> None:
        self.page, self.found = page, found
        self.whole = verbose or page.width is None

    def heading(self) -> None:
        """What is told, of which function, at which commit."""
        found, page = self.found, self.page
        page.line(
            ("between ", ""),
            (words.between(found, text.safe), "bold"),
            (" in ", ""),
            (f"{text.safe(found.question.function)}()", "bold"),
        )
        where = text.safe(found.now[0].path) if found.now else "not defined any more"
        deep = text.count(found.question.depth, "call")
        page.line((f"{where} at {found.rev[:12]}, looked into {deep} deep", "dim"))

    def now(self, region: Region) -> None:
        """What lies inside at the revision, function by function, the outer ones first."""
        page = self.page
        through = f"through {text.safe(region.table)}: " if region.table else ""
        page.line()
        page.line(("inside now ", "bold"), (through + words.size(region), ""))
        for word, place in words.ends(region, text.safe, short=not self.whole):
            style = "red" if word in ("leak", "stray") else "cyan"
            room = max(LEAST, (page.width or 0) - 10)
            page.line((f"  {word:<6}  ", style), (page.clipped(place, room), ""))
        rows = words.rows(region)
        shown = rows
        if not self.whole and len(rows) > _ROWS:
            shown = words.outermost(region)[:_ROWS]
        for row in shown:
            names = [words.named(call, text.safe) for call in row.calls]
            self.names(f"  {'  ' * row.level}{text.safe(row.function)}:{row.lines}  ", names)
        deeper = len(region.inside) - sum(len(row.calls) for row in shown)
        if deeper:
            page.line((f"  and {text.count(deeper, 'call')} in callees (-v shows all)", "dim"))

    def names(self, left: str, names: list[str], style: str = "") -> None:
        """Names behind a label, wrapped under each other, the last ones counted."""
        page = self.page
        listed = [f"{name}," for name in names[:-1]] + names[-1:]
        if page.width is None:
            page.line((left, style), (" ".join(listed), ""))
            return
        indent = min(page.cells(left), page.width // 2)
        lines = page.wrapped(listed, max(LEAST, page.width - indent - 1))
        if len(lines) > _LINES and not self.whole:
            kept = " ".join(lines[:_LINES])
            left_out = len(names) - kept.count(",")
            lines = [*lines[: _LINES - 1], f"{lines[_LINES - 1]} and {left_out} more"]
        for i, line in enumerate(lines):
            page.line((left if i == 0 else " " * indent, style), (line, ""))

    def standing(self, standing: Standing) -> None:
        """How a symbol or a place stands to the region, and the commits that made it so."""
        page = self.page
        state = words.standing(standing, standing.now)
        page.line(
            (words.subject(standing, text.safe), "bold"), (f" {state}", _STATES[standing.now])
        )
        for i, flip in enumerate(standing.flips):
            word = f"  {flip.after:<8}" + ("since " if i == 0 else "from  ")
            self.commit(flip.commit, (word, _STATES[flip.after]))

    def commit(self, commit: CommitId, *left: Piece, author: bool = False) -> None:
        """A commit in one line, cut to the width."""
        page, about = self.page, self.found.commits[commit]
        who = f"{page.clipped(text.author(about), 20)}  " if author else ""
        when = f"{about.authored[:10]}  "
        used = sum(page.cells(t) for t, _ in left) + len(when) + 14 + page.cells(who)
        title = page.clipped(text.safe(about.subject), max(LEAST, (page.width or 0) - used))
        page.line(*left, (when, ""), (f"{commit[:12]}  ", "yellow"), (who, ""), (title, ""))

    def changes(self) -> None:
        """The commits that changed the region, newest first, each with what it did."""
        page, changes = self.page, self.found.changes
        told = f"changed by {text.count(len(changes), 'commit')}" if changes else "never changed"
        page.line((told, "bold"), (f", {text.count(self.found.versions, 'version')} read", "dim"))
        shown = changes if self.whole else changes[:_CHANGES]
        for change in shown:
            self.commit(change.commit, (f"{words.verdict(change):<14}", "bold"))
            for table, said in words.done(change, text.safe):
                self.did(f"{text.safe(table)}: " if table else "", said)
        if len(shown) < len(changes):
            page.line((f"and {len(changes) - len(shown)} older (-v shows all)", "dim"))

    def did(self, table: str, said: Sequence[words.Said]) -> None:
        """What a commit did to the region through one table, or through all."""
        page = self.page
        pieces = words.sentence(said, None if self.whole else _NAMES)
        if table:
            pieces[0] = table + pieces[0]
        if page.width is None:
            page.line(("    ", ""), (" ".join(pieces), ""))
            return
        parts = [word for piece in pieces for word in piece.split()]
        for line in page.wrapped(parts, max(LEAST, page.width - 5)):
            page.line((f"    {line}", "dim"))
