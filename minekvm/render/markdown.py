"""A document as Markdown, for a forge, a report or a mail: nothing is left out."""

from __future__ import annotations

import re
from collections.abc import Iterator

from minekvm.core.phrases import Code, Piece, Prose
from minekvm.render import markup
from minekvm.render.document import (
    Block,
    Cell,
    Column,
    Detail,
    Document,
    Evidence,
    Graph,
    Item,
    Names,
    Part,
    Quote,
    Section,
    Source,
    Styled,
)
from minekvm.render.text import gap_line, safe, single

_UNLABELLED = re.compile(r"[^A-Za-z0-9 _./,:+-]")  # what a Mermaid label cannot hold as it is


def write(document: Document, *, verbose: bool = False) -> str:
    """The document; citations of claims are footnotes, graphs are Mermaid."""
    return "\n".join(_Writer(verbose).document(document))


class _Writer:
    """Writes lines; the citations that were used get a footnote with a number each."""

    def __init__(self, verbose: bool) -> None:
        self.verbose = verbose
        self.notes: dict[str, int] = {}

    def document(self, document: Document) -> Iterator[str]:
        if document.title:
            yield f"# {self.cell(document.title)}"
        if document.notice:
            yield from ("", f"> **{markup.prose(document.notice)}**")
        for item in document.lead:
            shown = self.item(item, "", "")
            if shown:
                yield from ("", *shown)
        for section in document.sections:
            yield from self.section(section)
        if document.gaps:
            yield from ("", "## Gaps", "")
            yield from (f"- {markup.prose(gap_line(gap))}" for gap in document.gaps)
        if self.notes:
            yield ""
        yield from (f"[^{number}]: {said}" for said, number in self.notes.items())

    def section(self, section: Section) -> Iterator[str]:
        if section.title:
            count = "" if section.total is None else f" ({section.total})"
            if section.folded:
                yield from ("", f"<details><summary>{self.cell(section.title)}</summary>")
            else:
                yield from ("", f"{'#' * section.level} {self.cell(section.title)}{count}")
        if section.graph:
            yield from ("", "```mermaid", *_mermaid(section.graph), "```")
        if section.items:
            yield ""
        for head in section.drawing.heads if section.drawing else ():
            yield from self.item(head, "- ", "")
        if section.headers:
            yield f"| {' | '.join(section.headers)} |"
            yield f"|{' --- |' * len(section.headers)}"
        for number, item in enumerate(section.items, section.numbers):
            if isinstance(item, Block):
                yield from markup.fenced(item.lines, item.language)
            elif section.headers:
                yield f"| {' | '.join(self.cell(c, table=True) for c in item.cells)} |"
            else:
                yield from self.item(item, f"{number}. " if section.numbers else "- ", "")
        if section.folded:
            yield from ("", "</details>")

    def item(self, item: Item, marker: str, indent: str) -> list[str]:
        """A line behind its marker, what belongs to it in a list below."""
        if item.brief:
            return []
        label = [f"**{markup.prose(item.label)}**"] if item.label else []
        cells = [shown for cell in item.cells if (shown := self.cell(cell, first=not label))]
        if not cells:
            return []
        lines = [f"{indent}{marker}{' '.join([*label, *cells])}".rstrip()]
        deeper = indent + " " * len(marker)
        for below in item.below:
            if isinstance(below, Block):
                lines += ["", *markup.fenced(below.lines, below.language, deeper), ""]
            else:
                lines += self.item(below, "- ", deeper)
        return lines

    def cell(self, cell: Cell, *, first: bool = False, table: bool = False) -> str:
        """A cell; `first` of its line, or in a table."""
        parts = cell if isinstance(cell, tuple) else (cell,)
        shown = ""
        for part in parts:
            shown += self.part(part, first and not shown, table)
        return shown

    def part(self, part: Part, first: bool, table: bool) -> str:
        """A part; `first` of its line, or in a table."""
        shown = ""
        match part:
            case str() | Code() | Prose():
                shown = _piece(part, first, table)
            case Styled(parts=parts, loud=loud):
                shown = self.cell(parts, first=first, table=table)
                shown = f"**{shown.strip()}**" if loud and shown.strip() else shown
            case Detail(text=text):
                shown = f"({markup.prose(text, cell=table)})" if self.verbose else ""
            case Source(text=text):
                shown = markup.code(text, cell=table) if text.strip() else ""
            case Column(part=inner):
                shown = self.cell(inner, first=first, table=table)
            case Names():
                shown = ", ".join(self.names(part, table))
            case Evidence(grade=grade, quotes=quotes):
                marks = dict.fromkeys(f"[^{self.note(quote)}]" for quote in quotes)
                shown = f"*({grade})*{''.join(marks)}"
            case Quote(before=before):
                shown = f"{before}{self.quoted(part, table)}, {self.place(part, table)}"
        return shown

    def names(self, names: Names, table: bool) -> Iterator[str]:
        """Each name with its details."""
        for name in names.names:
            details = [self.cell(part, table=table) for part in name if isinstance(part, Detail)]
            plain = "".join(self.cell(p, table=table) for p in name if not isinstance(p, Detail))
            yield " ".join(filter(None, (plain, *details)))

    def note(self, quote: Quote) -> int:
        """The number of a footnote."""
        said = f"{self.place(quote, False)}: {self.quoted(quote, False)}"
        return self.notes.setdefault(said, len(self.notes) + 1)

    @staticmethod
    def quoted(quote: Quote, table: bool) -> str:
        words = " ".join(quote.text.split())
        return (
            markup.code(words, cell=table) if quote.code else f'"{markup.prose(words, cell=table)}"'
        )

    @staticmethod
    def place(quote: Quote, table: bool) -> str:
        shown = markup.code(quote.at(), cell=table)
        return markup.link(shown, quote.url) if quote.url else shown


def _piece(piece: Piece, first: bool, table: bool) -> str:
    """Our words, a name, or others' words: nothing in any of them acts."""
    if isinstance(piece, Code):
        if piece.url and piece.url == piece.text:
            return f"<{piece.url}>"
        shown = markup.code(piece.text, cell=table)
        return markup.link(shown, piece.url) if piece.url else shown
    text = piece if isinstance(piece, str) else piece.text
    shown = (markup.opening if first else markup.prose)(text, cell=table)
    return shown.replace(r"-\>", "->") if isinstance(piece, str) else shown


def _mermaid(graph: Graph) -> Iterator[str]:
    """A graph in Mermaid's words; what could be its syntax in a label is written as a number."""
    yield "flowchart TD"
    for number, box in enumerate(graph.boxes):
        yield f'  n{number}["{"<br/>".join(map(_label, box))}"]'
    for number, (start, end, said) in enumerate(graph.arrows):
        arrow = "-.->" if number in graph.weak else "-->"
        yield f'  n{start} {arrow}|"{_label(" ".join(said))}"| n{end}'


def _label(string: str) -> str:
    return _UNLABELLED.sub(lambda match: f"#{ord(match[0])};", safe(single(string)))
