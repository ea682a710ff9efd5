"""A report's document in each of its renderings, as files."""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Iterable
from typing import Any

from minekvm.errors import MinekvmError

Document = dict[str, Any]

# Every file says that it is a report, so that a later one may take its place.
_SCHEMA = "minekvm.report/1"
_MARK = f"<!-- {_SCHEMA} -->\n"
_MARKED = re.compile(
    rb'\A\{\s*"schema": "minekvm\.report/\d+"|\A// minekvm\.report/\d+\n'
    rb"|^<!-- minekvm\.report/\d+ -->\s*\Z",
    re.MULTILINE,
)


def files(document: Document, stem: str, formats: Iterable[str]) -> dict[str, bytes]:
    """The files of some formats, by name; each is made from the document alone."""
    found: dict[str, str] = {}
    for form in formats:
        found |= {f"{stem}{ending}": text for ending, text in _RENDERINGS[form](document).items()}
    return {name: text.encode("utf-8", "backslashreplace") for name, text in found.items()}


def names(stem: str, formats: Iterable[str]) -> list[str]:
    """The names of those files, before there is a document."""
    return [stem + ending for form in formats for ending in _ENDINGS[form]]


def is_report(data: bytes) -> bool:
    """Whether a file that begins and ends so is a report, in whichever format."""
    return _MARKED.search(data) is not None


def chosen(asked: str) -> list[str]:
    """The formats of a list such as "html,md". Raises MinekvmError for one that there is not."""
    found = [f for part in asked.split(",") if (f := part.strip().lower())]
    for form in found:
        if form not in FORMATS:
            raise MinekvmError(f"--format: no such format: {form}", f"one of {', '.join(FORMATS)}")
    if not found:
        raise MinekvmError("--format: nothing to write", f"one of {', '.join(FORMATS)}")
    return list(dict.fromkeys(found))


def dumped(document: Document) -> str:
    """The document as JSON."""
    return json.dumps(document, ensure_ascii=True, indent=1) + "\n"


def _json(document: Document) -> dict[str, str]:
    return {".json": dumped(document)}


def _html(document: Document) -> dict[str, str]:
    from minekvm.render import html

    return {".html": f"{html.page(document)}\n{_MARK}"}


def _markdown(document: Document) -> dict[str, str]:
    from minekvm.render.pages import report_markdown

    return {".md": f"{report_markdown.page(document)}\n{_MARK}"}


def _dot(document: Document) -> dict[str, str]:
    from minekvm.render import dot

    return {
        ".lineage.dot": f"// {_SCHEMA}\n{dot.lineages(document)}",
        ".relations.dot": f"// {_SCHEMA}\n{dot.relations(document)}",
    }


_RENDERINGS: dict[str, Callable[[Document], dict[str, str]]] = {
    "html": _html,
    "md": _markdown,
    "json": _json,
    "dot": _dot,
}
_ENDINGS = {
    "html": (".html",),
    "md": (".md",),
    "json": (".json",),
    "dot": (".lineage.dot", ".relations.dot"),
}
FORMATS = tuple(_RENDERINGS)
