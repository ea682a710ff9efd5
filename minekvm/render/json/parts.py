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

    What it is now and each change have for `inside` the places in `calls` that they have inside
    (`inside_at`), and the lines there (`inside_lines`), which differ from version to version.
    """
    if "regions" in document:
        return {**document, "regions": [shared(region) for region in document["regions"]]}
    calls: list[Document] = []
    places: dict[tuple[object, ...], int] = {}

    def told(version: Document) -> Document:
        at, at_lines = [], []
        for row in version["inside"]:
            call = {key: value for key, value in row.items() if key != "line"}
            place = places.setdefault((*call["chain"], *map(str, call.values())), len(calls))
            if place == len(calls):
                calls.append(call)
            at.append(place)
            at_lines.append(row["line"])
        rest = {key: value for key, value in version.items() if key != "inside"}
        return {**rest, "inside_at": at, "inside_lines": at_lines}

    now, changes = ([told(version) for version in document[key]] for key in ("now", "changes"))
    return {**document, "now": now, "changes": changes, "calls": calls}
