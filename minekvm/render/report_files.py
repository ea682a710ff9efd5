"""A report's document in each of its renderings, as files."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable

from minekvm.core.report.model import Report
from minekvm.errors import MinekvmError
from minekvm.render.json import parts, writing
from minekvm.render.json.report import value

# Every file says that it is a report, so that a later one may take its place.
_SCHEMA = "minekvm.report/1"
_MARK = f"<!-- {_SCHEMA} -->\n"
_MARKED = re.compile(
    rb'\A\{\s*"schema":\s*"minekvm\.report/\d+"|\A// minekvm\.report/\d+\n'
    rb"|^<!-- minekvm\.report/\d+ -->\s*\Z",
    re.MULTILINE,
)


def files(report: Report, stem: str, formats: Iterable[str]) -> dict[str, bytes]:
    """The files of some formats, by name; each is made from the report alone."""
    found: dict[str, str] = {}
    for form in formats:
        found |= {f"{stem}{ending}": text for ending, text in _RENDERINGS[form](report).items()}
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


def dumped(report: Report, *, shared: bool = False) -> str:
    """The report as JSON; `shared` as `parts.shared` has it."""
    document = value(report)
    return (writing.compact(parts.shared(document)) if shared else writing.dumped(document)) + "\n"


def _json(report: Report) -> dict[str, str]:
    return {".json": dumped(report)}


def _html(report: Report) -> dict[str, str]:
    from minekvm.render import html

    return {".html": f"{html.page(report)}\n{_MARK}"}


def _markdown(report: Report) -> dict[str, str]:
    from minekvm.render import markdown
    from minekvm.render.pages.report import page

    return {".md": f"{markdown.write(page(report))}\n\n{_MARK}"}


def _dot(report: Report) -> dict[str, str]:
    from minekvm.render import dot

    return {
        ".lineage.dot": f"// {_SCHEMA}\n{dot.lineages(report)}",
        ".relations.dot": f"// {_SCHEMA}\n{dot.relations(report)}",
    }


_RENDERINGS: dict[str, Callable[[Report], dict[str, str]]] = {
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
