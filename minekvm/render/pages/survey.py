"""What a survey's folder has."""

from __future__ import annotations

from typing import TYPE_CHECKING

from minekvm.core.phrases import Code, Prose, count
from minekvm.core.survey.model import Survey
from minekvm.core.survey.tables import TABLES
from minekvm.render.document import Column, Document, Section, aside, line

if TYPE_CHECKING:
    from minekvm.adapters.duckdb import Answer


def page(found: Survey) -> Document:
    """How far it is, and how many rows each table has."""
    said = f"{found.commits:,} of {count(found.total, 'commit')} in "
    lead = [line((said, Code(found.folder)))]
    if found.engine and found.wall and found.units:
        spent = f"{found.seconds:,.0f} s of processor time in {count(found.units, 'unit')}"
        lead.append(line(aside(f"{spent}; done by {found.engine}, {found.workers} at a time")))
    if found.commits < found.total:
        lead.append(line("not whole yet: the same command goes on"))
    elif not found.is_joined:
        lead.append(line("lineages are not joined yet: the same command does so"))
    rows = [
        line(
            Column(f"{found.rows.get(table.name, 0):,}"),
            Column(Code(table.name)),
            aside(table.text),
        )
        for table in TABLES
    ]
    return Document((), tuple(lead), (Section(("Tables",), tuple(rows), label="table"),))


def answer(found: Answer) -> Document:
    """A row a line, the columns above."""
    rows = tuple(line(*(Column(Prose(_text(v)), most=60) for v in row)) for row in found.rows)
    title = (count(len(rows), "row"),)
    return Document((), (), (Section(title, rows, label="row", headers=found.columns),))


def _text(value: object) -> str:
    return "" if value is None else str(value)
