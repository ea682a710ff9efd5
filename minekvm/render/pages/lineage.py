"""Answers for a reader at a terminal, fitted and styled; for a pipe one record a line, whole."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import groupby

from minekvm.core.kinds import MEANING, MEANINGS, Family
from minekvm.core.model import Event, Inspection, Kind, Told
from minekvm.render import graph, text
from minekvm.render.terminal import LEAST, Page, Piece

_BY_FAMILY: dict[Family, str] = {
    "birth": "bold green",
    "end": "bold red",
    "move": "bold cyan",
    "part": "bold magenta",
    "piece": "cyan",
    "header": "yellow",
    "edit": "dim",
}
_STYLES: dict[Kind, str] = {m.kind: _BY_FAMILY[m.family] for m in MEANINGS}
_DIFF = {"+": "green", "-": "red", "@": "cyan"}
_MARKS: dict[Family, str] = {"birth": "◆+", "end": "✗x", "header": "○o", "edit": "○o"}
_LOUD = "●*"
_ONE_LINE: tuple[Kind, ...] = (
    *(m.kind for m in MEANINGS if m.family in ("piece", "header", "edit")),
)
_DATE = 11  # columns of a date and its space
_NAMES = 44  # columns that names are padded to, at most


def lineage(told: Told, *, patch: bool = False, verbose: bool = False) -> None:
    """Print a lineage: what and where it is, then its events newest first beside their lanes."""
    page = Page()
    found = told.lineage
    _heading(page, told)
    drawing = graph.draw(
        graph.links(found.definitions, found.events),
        [
            _MARKS.get(MEANING[text.primary(e.change)].family, _LOUD)[not page.unicode]
            for e in found.events
        ],
        page.strokes,
    )
    if found.events:
        page.line()
    several = len(found.definitions) > 1
    for version, row in zip(found.definitions, drawing.heads, strict=True):
        if several:
            where = f"{text.where(version)}  {text.condition(version)}".rstrip()
            page.line((row.at, "dim"), (where, "bold"))
        page.lines += [((below, "dim"),) for below in row.below]
    timeline = _Timeline(page, told, drawing.lanes, verbose)
    for event, row in zip(found.events, drawing.rows, strict=True):
        timeline.event(event, row)
        if patch:
            _patch(page, event, (row.beside, "dim"))
        page.lines += [((below, "dim"),) for below in row.below]
    page.gaps(found.gaps)
    page.show()


def _mark(event: Event, page: Page) -> str:
    family = MEANING[text.primary(event.change)].family
    return _MARKS.get(family, _LOUD)[not page.unicode]


def inspection(found: Inspection, *, patch: bool = False, verbose: bool = False) -> None:
    """Print what a commit did to functions, most telling first; a merge by parent."""
    page = Page()
    commit = found.commit
    about = f"  {commit.authored[:10]}  {text.author(commit)}"
    page.line((commit.id[:12], "yellow"), (about, ""))
    page.line((text.safe(commit.subject), "bold"))
    sections = text.against(found)
    if len(sections) > 1:
        page.line((f"a merge of {len(sections)} parents", ""))
    for title, events in sections:
        page.paragraph((f"{title}: " if title else "") + text.tally(events))
    for title, events in sections:
        if title and events:
            page.line()
            page.line((title, "bold"))
        elif events:
            page.line()
        _changes(page, events, patch, verbose)
    page.gaps(found.gaps)
    page.show()


# --- lineage


def _heading(page: Page, told: Told) -> None:
    found = told.lineage
    changes = [e.change for e in found.events]
    last = [c.new or c.old for c in changes[:1]]
    nouns = dict.fromkeys(text.noun(v.function) for v in found.definitions or last if v)
    page.line((text.safe(found.symbol), "bold"), (f"  {', '.join(nouns)}", ""))
    at = f"at {found.rev[:12]}"
    if len(found.definitions) == 1:
        only = found.definitions[0]
        where = f"{text.where(only)}  {text.condition(only)}".rstrip()
        page.line((where, "bold"), (f"  {at}", "dim"))
    elif found.definitions:
        page.line((f"{len(found.definitions)} definitions", "bold"), (f" {at}", "dim"))
    else:
        page.line((f"not defined {at}", "bold red"))
    page.paragraph(text.span(told))


class _Timeline:
    """Writes events beside their gutters, in columns."""

    def __init__(self, page: Page, told: Told, lanes: int, verbose: bool) -> None:
        self.page, self.commits, self.verbose = page, told.commits, verbose
        most = 30 if page.width is None else 20 if page.width >= 100 else 12
        names = [page.cells(text.author(self.commits[e.commit])) for e in told.lineage.events]
        self.author = min(most, max(names, default=0))
        self.left = 2 * lanes + _DATE + 13 + self.author + 2
        self.variants = text.variants(told)

    def event(self, event: Event, row: graph.Row) -> None:
        """Write what happened and the subject: on one line for an edit, or in a pipe."""
        page, commit = self.page, self.commits[event.commit]
        kind, details = text.happened(event.change, page.arrow)
        version = event.change.new or event.change.old
        if self.variants and version is not None and version.function.condition:
            details.append(text.condition(version))
        if len(commit.parents) > 1:
            details.append("(in a merge)")
        style, subject = _STYLES[kind], text.safe(commit.subject)
        dim = "dim" if kind == "modified" else ""
        author = page.padded(page.clipped(text.author(commit), self.author), self.author)
        mark = row.at.strip(page.strokes.down + " ")
        before, _, after = row.at.partition(mark)
        left: list[Piece] = [
            (before, "dim"),
            (mark, style),
            (after, "dim"),
            (f"{commit.authored[:10]} ", dim),
            (f"{event.commit[:12]} ", dim or "yellow"),
            (f"{author}  ", dim),
        ]
        rule = f"{text.safe(event.change.rule)}, score {text.score(event.change)}"
        if page.width is None:
            what = " ".join([kind, *details])
            page.line(*left, (f"{what}: {subject}", ""), (f"  [{rule}]" * self.verbose, ""))
            return
        start, room = self.left, max(LEAST, page.width - self.left)
        words = f"{' '.join([kind, *details])}  " if kind != "modified" or details else ""
        below: list[Piece] = []
        if kind in _ONE_LINE and page.cells(words) + LEAST <= room:
            page.line(*left, (words, style), (page.clipped(subject, room - page.cells(words)), dim))
        else:
            lines = page.wrapped([kind, *details], room)
            if any(page.cells(line) > room for line in lines):  # long paths: further to the left
                start = len(row.beside) + _DATE
                lines = [kind, *page.wrapped(details, page.width - start)]
            page.line(*left, (lines[0], style))
            below = [
                *((line, style) for line in lines[1:]),
                (page.clipped(subject, page.width - start), ""),
            ]
        if self.verbose:
            below.append((page.clipped(f"rule: {rule}", page.width - start), "dim italic"))
        for piece in below:
            page.line((row.beside.ljust(start), "dim"), piece)


def _patch(page: Page, event: Event, indent: Piece) -> None:
    """The diff of an event's function, in full."""
    for line in list(text.diff(event.change)) or ["(text unchanged)"]:
        page.line(indent, (line, _DIFF.get(line[0], "")))


# --- inspection


def _changes(page: Page, events: Sequence[Event], patch: bool, verbose: bool) -> None:
    ordered = sorted(events, key=lambda e: text.rank(e.change))
    for kind, some in groupby(ordered, key=lambda e: text.primary(e.change)):
        group = list(some)
        if kind in text.LISTED and not patch and not verbose:
            for i, (path, names) in enumerate(text.by_file(group, page.arrow).items()):
                words = [f"{path}:", *(f"{n}," for n in names[:-1]), names[-1]]
                page.row(kind, i == 0, words, _STYLES[kind])
            continue
        described = [text.described(e.change, page.arrow) for e in group]
        widest = max((w for w in (page.cells(n) for n, _ in described) if w <= _NAMES), default=0)
        for i, (event, (said, paths)) in enumerate(zip(group, described, strict=True)):
            change = event.change
            score = text.doubt(change, "  ")
            also = text.edits(change)
            also = f" ({also})" if also and verbose and kind not in text.LISTED else ""
            rule = f"  [{text.safe(change.rule)}]" if verbose else ""
            words = [page.padded(said, widest), f" {paths}{also}{score}{rule}"]
            page.row(kind, i == 0, words, _STYLES[kind])
            if patch:
                _patch(page, event, ("", ""))
