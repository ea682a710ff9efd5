"""A report's document in each of its renderings, as files."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable
from typing import Any

from minekvm.errors import MinekvmError

Document = dict[str, Any]


def files(document: Document, stem: str, formats: Iterable[str]) -> dict[str, bytes]:
    """The files of some formats, by name; each is made from the document alone."""
    found: dict[str, str] = {}
    for form in formats:
        found |= {f"{stem}{ending}": text for ending, text in _RENDERINGS[form](document).items()}
    return {name: text.encode("utf-8", "backslashreplace") for name, text in found.items()}


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

    return {".html": html.page(document)}


def _markdown(document: Document) -> dict[str, str]:
    from minekvm.render.pages import report_markdown

    return {".md": report_markdown.page(document)}


def _dot(document: Document) -> dict[str, str]:
    from minekvm.render import dot

    return {
        ".lineage.dot": dot.lineages(document),
        ".relations.dot": dot.relations(document),
    }


_RENDERINGS: dict[str, Callable[[Document], dict[str, str]]] = {
    "html": _html,
    "md": _markdown,
    "json": _json,
    "dot": _dot,
}
FORMATS = tuple(_RENDERINGS)
