"""Answers as `path:line:column: text`, a line a place, for an editor's list of errors.

`vim -q <(minekvm callers f --format vimgrep)`; what has no place in the tree is left out. Columns
count from 1; where only the line is known it is 1.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any

from minekvm.errors import MinekvmError
from minekvm.render.text import safe, single


def text(name: str, document: dict[str, Any]) -> str:
    """The places of an answer, from its JSON document. Raises MinekvmError where it has none."""
    rows = _ROWS.get(name)
    if rows is None:
        raise MinekvmError(
            f"{name} has no places to list", f"vimgrep is for {', '.join(sorted(_ROWS))}"
        )
    return "".join(
        f"{safe(path)}:{line}:1: {safe(single(said))}\n" for path, line, said in rows(document)
    )


Row = tuple[str, int, str]


def _callers(document: dict[str, Any]) -> Iterator[Row]:
    """Every call of those that still call."""
    for site in document["sites"]:
        for call in site["calls"] if site["still"] else ():
            since = f", since {site['since'][:12]}" if site["since"] else ""
            yield (
                site["path"],
                call["line"],
                f"{site['function']}() calls {document['symbol']}(){since}",
            )


def _region(document: dict[str, Any]) -> Iterator[Row]:
    """The markers, and every call inside."""
    for region in document["now"]:
        for marker in region["markers"]:
            verb = "opens" if marker["opens"] else "closes"
            yield marker["path"], marker["line"], f"{marker['call']}() {verb} the region"
        for inside in region["inside"]:
            how = "inside" if inside["must"] else "inside on some paths"
            yield (
                inside["path"],
                inside["line"],
                f"{inside['call']}() {how}, in {inside['function']}()",
            )


def _inspect(document: dict[str, Any]) -> Iterator[Row]:
    """Every changed function or other symbol that is still there."""
    for change in (*document["changes"], *document["declared"]):
        new = change["new"]
        if new is not None:
            yield new["path"], new["start_line"], f"{change['kind']} {new['name']}"


def _blame(document: dict[str, Any]) -> Iterator[Row]:
    """Every line, with the commit that wrote it."""
    for line in document["lines"]:
        yield line["path"], line["line"], f"{(line['commit'] or '')[:12]} {line['text'].strip()}"


_ROWS: dict[str, Callable[[dict[str, Any]], Iterator[Row]]] = {
    "blame": _blame,
    "callers": _callers,
    "inspect": _inspect,
    "region": _region,
}
