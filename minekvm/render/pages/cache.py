"""What minekvm keeps, clone by clone, with sizes."""

from __future__ import annotations

from collections.abc import Sequence

from minekvm.core.kept import CacheFolder, Kept
from minekvm.core.phrases import Code, count
from minekvm.render.document import Column, Document, Item, Section, aside, line, styled
from minekvm.render.pages.index import size


def page(found: CacheFolder) -> Document:
    """Where it is and how big, each clone in a line; what was removed."""
    rows = (*found.kept, *found.removed)
    total = sum(row.size for row in found.kept) + found.other
    of = f"{size(total)} of {count(len(found.kept), 'clone')} in "
    lead = [line((of, Code(found.root)))]
    if found.removed:
        freed = size(sum(row.size for row in found.removed))
        lead.append(
            line((f"removed what was kept of {count(len(found.removed), 'clone')}: ", freed))
        )
    gone = sum(row.gone for row in found.kept)
    if gone:
        lead.append(
            line(f"{count(gone, 'clone')} gone: minekvm cache --remove-gone frees the space")
        )
    sections = [
        Section(("Kept",), tuple(_rows(found.kept)), headers=("Size", "Shadow", "Index", "Clone")),
        Section(
            ("Removed",), tuple(_rows(found.removed)), headers=("Size", "Shadow", "Index", "Clone")
        ),
    ]
    return Document((), tuple(lead), tuple(s for s in sections if s.items and rows))


def _rows(rows: Sequence[Kept]) -> list[Item]:
    return [
        Item(
            (
                Column(size(row.size)),
                Column(aside("shadow ", size(row.shadow))),
                Column(aside("index ", size(row.index))),
                (
                    Code(row.clone or row.name),
                    *(
                        [styled("yellow", " (gone)" if row.clone else " (of no known clone)")]
                        if row.gone
                        else []
                    ),
                ),
            )
        )
        for row in rows
    ]
