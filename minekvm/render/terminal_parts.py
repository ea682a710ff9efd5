"""What an item is made of, as spans for a terminal or a pipe."""

from __future__ import annotations

import re
from collections.abc import Iterator

from minekvm.core.phrases import Code, Piece, Prose
from minekvm.render.document import (
    UNSAID,
    Cell,
    Column,
    Detail,
    Evidence,
    Names,
    Part,
    Quote,
    Source,
    Styled,
)
from minekvm.render.screen import Line, Screen, Span
from minekvm.render.text import safe, single

_PLACES = 2  # places shown of one claim
_GRADES = {"stated": "green", "observed": "cyan", "inferred": "magenta"}
_HASH = re.compile(r"[0-9a-f]{12}")


class Parts:
    """Makes spans; `all` is whether everything is shown, also rules and scores if `verbose`."""

    def __init__(self, screen: Screen, verbose: bool, all_: bool, web: str | None = None) -> None:
        self.screen, self.verbose, self.all = screen, verbose, all_
        self.piped = screen.width is None
        self.web = web if screen.links else None

    def cell(self, cell: Cell, style: str = "") -> Line:
        """The spans of a cell."""
        parts = cell if isinstance(cell, tuple) else (cell,)
        return [span for part in parts for span in self.part(part, style)]

    def part(self, part: Part, style: str) -> Iterator[Span]:
        """The spans of a part, in the style of what it stands in."""
        match part:
            case str() | Code() | Prose() | Source():
                yield self.piece(part, style)
            case Styled(parts=parts, style=own):
                if own != UNSAID or self.piped:
                    yield from self.cell(parts, "" if own == UNSAID else own)
            case Detail(text=text):
                if self.verbose:
                    yield Span(f"[{safe(single(text))}]", "dim italic", gives=True)
            case Column(part=inner):
                yield from self.cell(inner, style)
            case Quote():
                yield from self.quote(part)
            case Evidence():
                yield from self.evidence(part)
            case Names():
                yield from self.names(part, style)

    def piece(self, piece: Piece | Source, style: str) -> Span:
        """Our words, a name, or others' words, which are those that may be cut."""
        match piece:
            case str():
                return Span(safe(piece.replace("->", self.screen.arrow)), style)
            case Code(text=text):
                hashed = bool(_HASH.fullmatch(text)) and style in ("", "bold")
                shown = "yellow" if hashed else style
                link = self.web.replace("%s", text) if hashed and self.web else piece.url
                if link and self.screen.links and safe(link) == link and " " not in link:
                    shown = f"{shown} link {link}".lstrip()
                return Span(safe(text), shown, whole=True)
            case Prose(text=text) | Source(text=text):
                return Span(safe(single(text)), style, gives=True)

    def names(self, names: Names, style: str) -> Iterator[Span]:
        """Things one after another, the last ones counted."""
        shown = names.names if self.all else names.names[: names.most]
        for number, name in enumerate(shown):
            yield Span(", " * bool(number), style)
            for place, part in enumerate(name):
                spans = list(self.part(part, style))
                apart = bool(place and spans and isinstance(part, Detail))
                yield from [Span(" "), *spans] if apart else spans
        if len(shown) < len(names.names):
            yield Span(f" and {len(names.names) - len(shown)} more", "dim")

    def quote(self, quote: Quote) -> Iterator[Span]:
        """Quoted words and their place, which stays in sight."""
        mark = "" if quote.code else '"'
        yield Span(f"{quote.before}{mark}", "dim")
        yield Span(safe(single(quote.text)), "dim", gives=True)
        yield Span(f"{mark}  {safe(quote.at())}", "dim")

    def evidence(self, evidence: Evidence) -> Iterator[Span]:
        """A grade with the places that show it."""
        shown = evidence.quotes if self.all else evidence.quotes[:_PLACES]
        places = ", ".join(safe(q.at(evidence.commit)) for q in shown)
        more = len(evidence.quotes) - len(shown)
        rest = f" and {more} more" if more else ""
        grade = _GRADES.get(evidence.grade, "")
        yield Span(f"[{evidence.grade}: {places}{rest}]", grade, whole=True)
