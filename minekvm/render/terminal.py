"""A document for stdout: fitted and styled for a terminal, plain and whole for a pipe."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from minekvm.core.model import Gap
from minekvm.core.phrases import Prose
from minekvm.render import graph
from minekvm.render.document import (
    ANY,
    Block,
    Cell,
    Column,
    Document,
    Item,
    Section,
    prose,
    styled,
)
from minekvm.render.screen import LEAST, Line, Screen, Span
from minekvm.render.terminal_parts import Parts
from minekvm.render.text import gap_line, safe, safe_line

_LABEL = 15  # columns for the label of a record in a pipe
_TITLE = 3  # lines of a title
_NARROW = 100  # columns, below which a terminal is narrow
_DATE = 11  # columns of a date and its space
_DIFF = {"+": "green", "-": "red", "@": "cyan"}


def write(document: Document, *, verbose: bool = False, web: str | None = None) -> str:
    """The document as text for stdout as it is; whole where that is no terminal.

    `web` is where commits can be looked at, with %s for the hash: a terminal gets links to it.
    """
    writer = _Writer(Screen(), verbose, web)
    writer.document(document)
    return writer.screen.text(writer.lines)


class _Writer:
    """Writes lines; `all` is whether everything is shown."""

    def __init__(self, screen: Screen, verbose: bool, web: str | None) -> None:
        self.screen, self.verbose = screen, verbose
        self.piped = screen.width is None
        self.width = screen.width or ANY
        self.all = verbose or self.piped
        self.parts = Parts(screen, verbose, self.all, web)
        self.lines: list[Line] = []

    # --- the document

    def document(self, document: Document) -> None:
        """Notice, title, lead, sections, gaps."""
        if document.notice:
            self.item(prose(styled("bold yellow", document.notice)), [], [], "")
        if document.title:
            self.flow(self.parts.cell(document.title, "bold"), [], [Span("  ")], _TITLE)
        for item in document.lead:
            self.item(item, [], [], "")
        close = False
        for section in document.sections:
            if not (section.title or section.items) or (section.detail and not self.all):
                continue
            if self.lines and not (section.label and close):
                self.lines.append([])
            close = bool(section.label)
            self.section(section)
        if document.gaps:
            self.lines.append([])
        for told in self.gaps(document.gaps):
            self.item(prose(styled("yellow", Prose(told))), [], [], "")

    def gaps(self, gaps: Sequence[Gap]) -> Iterator[str]:
        """A line for each gap; at a terminal one for those with the same reason."""
        alike: dict[str, list[Gap]] = {}
        for gap in gaps:
            alike.setdefault(f"{gap}" if self.all else gap.why, []).append(gap)
        for first, *others in alike.values():
            more = f" (and {len(others)} more like that; -v has all)" if others else ""
            yield f"{gap_line(first)}{more}"

    def section(self, section: Section) -> None:
        """A title and its items, as many as there is room for."""
        if section.drawing:
            self.drawn(section)
            return
        titled = bool(section.title) and not (self.piped and section.label)
        if titled:
            count = [] if section.total is None else [Span(f" ({section.total})", "dim")]
            self.flow([*self.parts.cell(section.title, "bold"), *count], [], [Span("  ")], ANY)
        items = section.items if self.all or not section.most else section.items[: section.most]
        indent = [Span("  ")] if titled and not section.numbers else []
        labels = self.labels(section, items)
        columns = self.columns(items)
        width = len(str(section.numbers + len(section.items) - 1))
        start = len(self.lines)
        for place, (item, label) in enumerate(zip(items, labels, strict=True)):
            if isinstance(item, Block):
                self.block(item, [*indent, Span("  ")])
                continue
            lead = [Span(f"{section.numbers + place:>{width}}. ", "dim")] if section.numbers else []
            lead += [Span(label, "cyan" if item.label else "")] if label else []
            shared = self.shared(section, items, place)
            before = len(self.lines)
            self.item(item, [*indent, *lead], indent, section.beside, columns, shared)
            if place and section.room and not self.all and len(self.lines) - start > section.room:
                del self.lines[before:]
                items = items[:place]
                break
        if len(items) < len(section.items):
            more = f"  and {len(section.items) - len(items)} more {section.rest}"
            self.lines.append([Span(more, "dim")])

    def labels(self, section: Section, items: Sequence[Item | Block]) -> list[str]:
        """What stands before each item: its label; only a terminal spares a repeated one."""
        own = [safe(i.label) if isinstance(i, Item) else "" for i in items]
        if self.piped and section.label:
            return [f"{label or safe(section.label):<{_LABEL - 1}} " for label in own]
        width = max(map(self.screen.cells, own), default=0)
        width = min(width, max(LEAST, self.width // 4))
        shown = [self.screen.clipped(label, width) for label in own]
        if not self.piped:
            spared = zip(shown, ["", *own], own, strict=False)
            shown = [label if own_ != before else "" for label, before, own_ in spared]
        return [self.padded(label, width + 2) if width else "" for label in shown]

    def columns(self, items: Sequence[Item | Block]) -> dict[int, int]:
        """How wide the columns of a section are, by the place of the cell."""
        found: dict[int, int] = {}
        for item in items:
            for place, cell in enumerate(item.cells if isinstance(item, Item) else ()):
                if isinstance(cell, Column):
                    cells = self.screen.size(self.clipped(cell))
                    if cells <= cell.most:
                        found[place] = max(found.get(place, 0), cells)
        return found

    def clipped(self, column: Column) -> Line:
        """What stands in a column, cut at a terminal."""
        spans = self.parts.cell(column.part)
        most = column.narrow if self.width < _NARROW else column.wide
        return spans if self.piped else self.screen.fitted(spans, most)

    def shared(self, section: Section, items: Sequence[Item | Block], place: int) -> int:
        """How many records, up to this one, share what belongs to them; 0 where the next does."""
        if self.piped or not section.label:
            return 1
        below = [i.below if isinstance(i, Item) else () for i in items]
        if place + 1 < len(below) and below[place] and below[place] == below[place + 1]:
            return 0
        return next((n for n in range(place + 1) if below[place - n] != below[place]), place + 1)

    # --- items

    def item(
        self,
        item: Item,
        lead: Line,
        indent: Line,
        beside: str,
        columns: dict[int, int] | None = None,
        shared: int = 1,
    ) -> None:
        """A line with its lead, then what belongs to it: below, or in a pipe beside it."""
        if (item.detail and not self.all) or (item.brief and self.all):
            return
        line = self.row(item.cells, columns or {})
        hang = Span(" " * (self.screen.size(lead) - self.screen.size(indent) or 2))
        if self.piped and beside:
            rows = [self.row(b.cells, {}) for b in item.below if isinstance(b, Item)]
            joints = ["  ", *[beside] * len(rows)]
            for joint, row in zip(joints, filter(None, rows), strict=False):
                line += [Span(joint), *row]
        if not line:
            return
        if item.wrap:
            self.flow(line, lead, [*indent, hang], ANY if self.all else item.wrap)
        else:
            self.lines.append(
                [*lead, *self.screen.fitted(line, self.width - self.screen.size(lead))]
            )
        for below in item.below if shared else ():
            if isinstance(below, Block):
                self.block(below, [*indent, Span("  ")])
            elif not (self.piped and beside):
                these = [Span(f"these {shared}: ", "dim")] if shared > 1 else []
                deeper = [*indent, hang]
                self.item(below, [*deeper, *these], deeper, "")

    def row(self, cells: Sequence[Cell], columns: dict[int, int]) -> Line:
        """Cells with room between, those in columns padded."""
        line: Line = []
        for place, cell in enumerate(cells):
            spans = self.parts.cell(cell)
            if place in columns and isinstance(cell, Column):
                spans = self.clipped(cell)
                spans.append(Span(" " * (columns[place] - self.screen.size(spans))))
            if spans:
                line += [Span("  "), *spans] if line else spans
        return line

    def flow(self, line: Line, lead: Line, hang: Line, most: int) -> None:
        """A line wrapped behind its lead, what follows it under a hanging indent."""
        size = self.screen.size
        if self.piped:
            self.lines.append([*lead, *line])
            return
        first, rest = (max(LEAST, self.width - size(side) - 1) for side in (lead, hang))
        for number, part in enumerate(self.screen.wrapped(line, first, rest, most)):
            self.lines.append([*(hang if number else lead), *part])

    def block(self, block: Block, indent: Line) -> None:
        """Lines as they are, tabs kept, each in the style of its sign where it is a diff."""
        if block.detail and not self.all:
            return
        quoted = block.language == "quote"
        shown = block.lines if self.all else block.lines[: block.most]
        if quoted and not self.all:
            shown = block.lines[-block.most :]
        for text in shown:
            line = safe_line(text)
            style = _DIFF.get(line[:1], "") if block.language == "diff" else "dim" * quoted
            spans = [Span("> " * quoted + line, style, gives=quoted)]
            room = max(LEAST, self.width - self.screen.size(indent))
            self.lines.append([*indent, *self.screen.fitted(spans, room)])
        if len(shown) < len(block.lines) and not quoted:
            more = f"and {len(block.lines) - len(shown)} more lines (-v has all)"
            self.lines.append([*indent, Span(more, "dim")])

    def padded(self, string: str, room: int) -> str:
        """A string with the spaces that fill a column."""
        return string + " " * (room - self.screen.cells(string))

    # --- a drawing

    def drawn(self, section: Section) -> None:
        """Items beside the lanes that lead from one to the other."""
        drawing = section.drawing
        assert drawing is not None
        marks = [pair[not self.screen.unicode] for pair, _ in drawing.marks]
        picture = graph.draw(drawing.links, marks, self.screen.strokes)
        for head, row in zip(drawing.heads, picture.heads, strict=True):
            if head.cells:
                self.lines.append([Span(row.at, "dim"), *self.row(head.cells, {})])
            self.lines += [[Span(below, "dim")] for below in row.below]
        columns = self.columns(section.items)
        items = [item for item in section.items if isinstance(item, Item)]
        for item, row, mark, (_, style) in zip(
            items, picture.rows, marks, drawing.marks, strict=True
        ):
            before, _, after = row.at.partition(mark)
            lead = [Span(before, "dim"), Span(mark, style), Span(after, "dim")]
            self.beside(item, lead, Span(row.beside, "dim"), columns)
            self.lines += [[Span(below, "dim")] for below in row.below]

    def beside(self, item: Item, lead: Line, lane: Span, columns: dict[int, int]) -> None:
        """An item whose last cell is wrapped under itself; what belongs to it stands there too.

        Where the item is one line, the first of that comes behind it, if there is room.
        """
        size = self.screen.size
        left = [*lead, *self.row(item.cells[:-1], columns), Span("  ")]
        last = self.parts.cell(item.cells[-1])
        below = [row for b in item.below if isinstance(b, Item) and (row := self.row(b.cells, {}))]
        joined = len(below) if self.piped else 1 - min(1, item.wrap)
        for row in below[:joined]:
            gap = [Span("  ")] if last else []
            if self.piped or size(last) + LEAST <= self.width - size(left):
                last += [*gap, *row]
                below = below[1:]
        start = size(left)
        lines = [self.screen.fitted(last, self.width - start)]
        if not self.piped and (item.wrap or size(lines[0]) > self.width - start):
            room = max(LEAST, self.width - start)
            lines = self.screen.wrapped(last, room, room)
            if any(size(line) > room for line in lines):  # further to the left
                start = len(lane.text) + _DATE
                lines = self.screen.wrapped(last, room, self.width - start)
        self.lines.append([*left, *lines[0]])
        hang = [lane, Span(" " * (start - len(lane.text)))]
        for line in [*lines[1:], *below]:
            room = max(LEAST, self.width - start)
            self.lines.append([*hang, *self.screen.fitted(line, room)])
        for block in item.below:
            if isinstance(block, Block):
                self.block(block, [lane])
