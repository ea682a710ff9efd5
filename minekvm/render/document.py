"""The document that every answer is told in: sections of items, whose parts say what they are.

A page builds it once; a writer for each format decides how things look there. Nothing in here is
escaped, cut, wrapped or coloured: that is the writers' affair, so that no page can forget it.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

from minekvm.core.phrases import Phrase, Piece

if TYPE_CHECKING:
    from minekvm.core.model import Gap
    from minekvm.render.graph import Links

ANY = 1 << 30  # as many lines as it takes
UNSAID = "unsaid"


@dataclass(frozen=True, slots=True)
class Styled:
    """Parts that stand out: in a style at a terminal; `loud` ones in every format."""

    parts: tuple[Piece, ...]
    style: str
    loud: bool = False


@dataclass(frozen=True, slots=True)
class Detail:
    """What is shown only where details are asked for: a rule, a score."""

    text: str


@dataclass(frozen=True, slots=True)
class Quote:
    """Words or code verbatim, with their place and the commit that it is of, where there is one.

    `before` says how they led to what is told, `url` is where they can be looked at.
    """

    text: str
    place: str
    commit: str = ""
    code: bool = False
    before: str = ""
    url: str = ""

    def at(self, near: str = "") -> str:
        """The place in words: "message:3-4 of 87fa7f3e98a1"; near that commit it is not named."""
        return self.place if self.commit in ("", near) else f"{self.place} of {self.commit[:12]}"


@dataclass(frozen=True, slots=True)
class Source:
    """A line of code as it stands; a terminal may cut it."""

    text: str


@dataclass(frozen=True, slots=True)
class Evidence:
    """How sure a claim is and what shows it; `commit` goes without saying."""

    grade: str
    quotes: tuple[Quote, ...]
    commit: str = ""


@dataclass(frozen=True, slots=True)
class Names:
    """Things one after another; at a terminal so many at most."""

    names: tuple[tuple[Part, ...], ...]
    most: int = 1 << 30


@dataclass(frozen=True, slots=True)
class Column:
    """A part that is as wide as the widest of its column in a section, at most `most` wide.

    It is cut to `narrow` columns at a narrow terminal, to `wide` at others, and nowhere else.
    """

    part: Styled | Piece | Phrase
    most: int = 30
    narrow: int = 1 << 30
    wide: int = 1 << 30


Part = Piece | Styled | Detail | Source | Quote | Evidence | Names | Column
Cell = Part | tuple[Part, ...]


@dataclass(frozen=True, slots=True)
class Item:
    """A line of cells with room between, and what belongs to it.

    `label` is a column of its own, spared at a terminal where it repeats. A terminal shows a
    `detail` only where details are asked for, what is `brief` only where they are not. A line is
    cut there, or with `wrap` wrapped into so many lines.
    """

    cells: tuple[Cell, ...]
    below: tuple[Item | Block, ...] = ()
    label: str = ""
    detail: bool = False
    brief: bool = False
    wrap: int = 0


@dataclass(frozen=True, slots=True)
class Block:
    """Lines as they are: a diff, a message, a command. `language` names what they are written in.

    `most` are the lines that a terminal has room for where no details are asked for: the first
    ones, of a "quote" the last ones.
    """

    lines: tuple[str, ...]
    language: str = ""
    most: int = ANY
    detail: bool = False


@dataclass(frozen=True, slots=True)
class Drawing:
    """The lanes beside the items of a section, for a terminal: what follows below what.

    `heads` are items before the first one; each item has its mark, in Unicode and in
    ASCII, with its style.
    """

    links: Links
    heads: tuple[Item, ...]
    marks: tuple[tuple[tuple[str, str], str], ...]


@dataclass(frozen=True, slots=True)
class Graph:
    """Boxes of a few lines each, and arrows by the numbers of their ends, with what they say.

    `weak` are the numbers of arrows that are drawn thinner.
    """

    boxes: tuple[tuple[str, ...], ...]
    arrows: tuple[tuple[int, int, tuple[str, ...]], ...]
    weak: frozenset[int] = frozenset()


@dataclass(frozen=True, slots=True)
class Section:
    """A title and items.

    A terminal shows `most` items, or those that have `room` in so many lines, the first in any
    case; all where details are asked for; `rest` says where the others are. A section with a
    `label` has records: at a terminal they stand under it without a blank line, in a pipe behind
    the label instead of the title. `beside` joins an item and what belongs to it in a pipe; ""
    gives lines of their own. `headers` make a table where there are tables, `numbers` count the
    items from there, a `folded` section can be closed where that is possible, a `detail` is as
    with items; `graph` is drawn where graphs are.
    """

    title: tuple[Part, ...] = ()
    items: tuple[Item | Block, ...] = ()
    total: int | None = None
    level: int = 2
    label: str = ""
    beside: str = ""
    most: int = 0
    numbers: int = 0
    room: int = 0
    rest: str = "(-v has all)"
    headers: tuple[str, ...] = ()
    drawing: Drawing | None = None
    graph: Graph | None = None
    folded: bool = False
    detail: bool = False


@dataclass(frozen=True, slots=True)
class Document:
    """An answer: what it is about, what comes before its sections, the sections, the gaps.

    `notice` is what a reader has to know before all of it.
    """

    title: tuple[Part, ...]
    lead: tuple[Item, ...] = ()
    sections: tuple[Section, ...] = ()
    gaps: Sequence[Gap] = ()
    notice: str = ""


def line(*cells: Cell, below: Iterable[Item | Block] = (), wrap: int = 0) -> Item:
    """An item that is cut where it does not fit."""
    return Item(cells, tuple(below), wrap=wrap)


def prose(*parts: Part) -> Item:
    """A paragraph."""
    return Item((parts,), wrap=ANY)


def strong(*pieces: Piece, style: str = "bold") -> Styled:
    """Words that stand out in every format."""
    return Styled(pieces, style, loud=True)


def styled(style: str, *pieces: Piece) -> Styled:
    """Words that look different at a terminal."""
    return Styled(pieces, style)


def aside(*pieces: Piece) -> Styled:
    """Words that may be passed over."""
    return Styled(pieces, "dim")


def unsaid(*pieces: Piece) -> Styled:
    """Words that go without saying at a terminal, where a mark tells them."""
    return Styled(pieces, UNSAID)
