"""What indexing mail did, and what the index has of it."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

from minekvm.core.phrases import Code, Prose, count
from minekvm.render.document import Document, Item, Section, aside, line

if TYPE_CHECKING:
    from minekvm.adapters.index.mail_rows import Held, Indexed


def indexed(done: Sequence[Indexed]) -> Document:
    """What indexing did, a line an archive."""
    items = [
        Item((_done(one), Code(str(one.archive.path))), label=one.archive.kind) for one in done
    ]
    if any(one.refused for one in done):
        items.append(line(aside("minekvm mail status says why")))
    return Document((), (), (Section((), tuple(items)),))


def _done(one: Indexed) -> str:
    removed = f", removed {one.removed}" if one.removed else ""
    refused = f", {one.refused} could not be taken in" if one.refused else ""
    return f"added {count(one.added, 'mail')}{removed}{refused}"


def status(held: Sequence[Held] | None) -> Document:
    """What is there of each archive, and what was wrong with what, counted by reason."""
    if not held:
        return Document((), (line("no mail is indexed: minekvm mail index ARCHIVE"),))
    return Document((), (), tuple(map(_archive, held)))


def _archive(held: Held) -> Section:
    sorts = ", ".join(f"{sort} {number:,}" for sort, number in held.sorts.items())
    mails = f"{sum(held.sorts.values()):,}: {sorts}" if sorts else "none"
    flaws = [
        Item(
            (f"{number:,}", Prose(reason), ("such as ", Code(place[:16]))),
            label="flawed" if kept else "not taken in",
        )
        for reason, kept, number, place in held.flaws
    ]
    title = (Code(str(held.archive.path)), aside(f"  {held.archive.kind}"))
    return Section(title, (Item((mails,), label="mails"), *flaws))
