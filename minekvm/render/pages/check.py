"""What speaks against a change, and what a reviewer should know beside that."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

from minekvm.core.phrases import Code, Phrase, Prose, count, function, lines, short
from minekvm.render.document import (
    ANY,
    Column,
    Document,
    Item,
    Quote,
    Section,
    aside,
    line,
    prose,
    strong,
    styled,
)
from minekvm.render.pages.commits import named
from minekvm.render.pages.needs import marked

if TYPE_CHECKING:
    from minekvm.core.check.model import Behind, Checked, Finding, Wrote
    from minekvm.core.model import Change
    from minekvm.core.relate.relations import Citation

_MOST = 20  # of a kind, at a terminal
_CALLERS = 8
_STYLES = {"error": "bold red", "warning": "yellow"}


def page(result: Checked) -> Document:
    """The findings, then what the change does to functions, history, and callers."""
    title: Phrase = (f"Check of {count(len(result.changes), 'change')}",)
    if len(result.changes) == 1:
        (change,) = result.changes
        head = () if change.posted else (short(change.commit), " ")
        title = ("Check of ", *head, Prose(change.subject))
    callers = [
        line(function(c.callee), "by ", function(c.function), Code(f"{c.path}:{c.line}"))
        for c in result.callers
    ]
    sections = (
        Section(("Findings",), tuple(map(_finding, result.findings)), label="finding"),
        Section(
            ("Functions",), tuple(map(_function, result.functions)), label="changes", most=_MOST
        ),
        Section(
            ("Behind the lines",),
            tuple(_behind(b, result) for b in result.behind),
            label="behind",
            most=_MOST,
        ),
        Section(("Also called",), tuple(callers), len(callers), label="called", most=_CALLERS),
    )
    where = (Code(result.target), " ", short(result.onto)) if result.target else (
        short(result.onto),
    )  # fmt: skip
    lead = (line("onto ", *where), prose(_tally(result)))
    return Document(title, lead, tuple(s for s in sections if s.items), result.gaps)


def _tally(result: Checked) -> str:
    if not result.findings:
        return "nothing found"
    errors = sum(f.severity == "error" for f in result.findings)
    warnings = len(result.findings) - errors
    parts = [count(errors, "error")] if errors else []
    parts += [count(warnings, "warning")] if warnings else []
    return ", ".join(parts)


def _finding(finding: Finding) -> Item:
    mark = Column(strong(finding.severity, style=_STYLES[finding.severity]))
    place = Code(f"{finding.path}:{finding.line}")
    below = tuple(Item((_quote(c),)) for c in finding.citations)
    words = (*marked(finding.text), " ", aside(finding.rule))
    return Item((mark, (*words, " ", place)), below, wrap=ANY)


def _quote(citation: Citation) -> Quote:
    place = f"message:{lines(citation.first, citation.last)}"
    return Quote(" ".join(citation.quote.split()), place, citation.commit)


def _function(change: Change) -> Item:
    version = change.new or change.old
    assert version is not None
    kinds = styled("cyan", " ".join(change.kinds))
    return line(Column(kinds), function(version.name), Code(version.path))


def _behind(behind: Behind, result: Checked) -> Item:
    where: Phrase = (Code(behind.path),)
    if behind.function:
        where = (function(behind.function), " in ", *where)
    return line(where, below=tuple(_wrote(behind, result)))


def _wrote(behind: Behind, result: Checked) -> Iterator[Item]:
    for wrote in behind.wrote:
        yield line(*named(wrote.commit, result.commits), *_mends(wrote), below=_reasons(wrote))


def _mends(wrote: Wrote) -> tuple[Phrase, ...]:
    words = {"fixes": "a fix", "reverts": "a revert"}
    return ((words[wrote.mends],),) if wrote.mends else ()


def _reasons(wrote: Wrote) -> tuple[Item, ...]:
    return tuple(Item((_quote(citation),)) for citation in wrote.reason)
