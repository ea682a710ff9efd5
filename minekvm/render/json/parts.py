"""Documents with many rows: a part of the rows, a row a line, and rows that share what is alike."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from minekvm.errors import MinekvmError

Document = dict[str, Any]

# Of each question, where its many rows stand.
ROWS = {
    "blame": "lines",
    "callers": "sites",
    "inspect": "changes",
    "lineage": "events",
    "region": "changes",
}


@dataclass(frozen=True, slots=True)
class Part:
    """Which rows are written: `limit` at most (None: all), the first `skip` left out.

    `shared` is whether rows that are alike are written once.
    """

    limit: int | None = None
    skip: int = 0
    shared: bool = False


WHOLE = Part()


def taken(name: str, document: Document, part: Part) -> Document:
    """The document with a part of its rows; `more` says how many follow, where any do."""
    rows = ROWS.get(name)
    if rows is not None and (part.skip or part.limit is not None):
        every = document[rows]
        end = len(every) if part.limit is None else part.skip + part.limit
        document = {**document, rows: every[part.skip : end]}
        if end < len(every):
            document["more"] = {rows: len(every) - end}
    return shared(document) if part.shared else document


def lines(name: str, document: Document) -> Iterator[Document]:
    """The document without its rows, then each row. Raises MinekvmError where it has none."""
    rows = ROWS.get(name)
    if rows is None:
        listed = ", ".join(sorted(ROWS))
        raise MinekvmError(f"{name} has no rows to list", f"json-lines is for {listed}")
    yield {key: value for key, value in document.items() if key != rows}
    yield from document[rows]


def shared(document: Document) -> Document:
    """A region, or a report's regions, with each call inside written once.

    Its changes have `inside_at` for `inside`: places in the document's `calls`.
    """
    if "regions" in document:
        return {**document, "regions": [shared(region) for region in document["regions"]]}
    calls: list[Document] = []
    places: dict[tuple[object, ...], int] = {}
    changes = []
    for change in document["changes"]:
        at = []
        for row in change["inside"]:
            key = (*(value for value in row.values() if not isinstance(value, list)), *row["chain"])
            if key not in places:
                places[key] = len(calls)
                calls.append(row)
            at.append(places[key])
        told = {key: value for key, value in change.items() if key != "inside"}
        changes.append({**told, "inside_at": at})
    return {**document, "changes": changes, "calls": calls}
