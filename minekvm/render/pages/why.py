"""`why` for people: numbered claims in reading order, each with what shows it."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from itertools import groupby
from typing import TYPE_CHECKING

from minekvm.core.model import CommitId
from minekvm.core.why.model import FilePlace, MailPlace, entitled
from minekvm.render import text
from minekvm.render.markdown import code, gaps, prose
from minekvm.render.terminal import LEAST, Page

if TYPE_CHECKING:
    from minekvm.core.relate.relations import About
    from minekvm.core.why.model import Answer, Citation, Claim, Part

TITLES: Mapping[Part, str] = {
    "happened": "What happened, and why",
    "reason": "What happened, and why",
    "possible": "What made it possible",
    "followed": "What followed",
}
_STYLES = {"stated": "green", "observed": "cyan", "inferred": "magenta"}
_MARGIN = 4  # columns before a claim's text
_LEAST = 40  # columns of a claim's text, however narrow the terminal
_PLACES = 2  # places shown of one claim, unless all are asked for


def terminal(answer: Answer, *, verbose: bool = False) -> None:
    """Write an answer to stdout."""
    page = Page()
    page.paragraph(f"{text.safe(answer.reading)}", "bold")
    number = 0
    for title, claims in _parts(answer):
        page.line()
        page.line((title, "bold underline" if page.console else ""))
        for claim in claims:
            number += 1
            _claim(page, number, claim, answer, verbose)
    if answer.key_commits:
        page.line()
        page.line(("Commits", "bold underline" if page.console else ""))
        for commit in answer.key_commits:
            page.line(*_entry(page, commit, answer.commits))
    page.gaps(answer.gaps)
    page.show()


def _claim(page: Page, number: int, claim: Claim, answer: Answer, verbose: bool) -> None:
    """A claim, wrapped beside its number, its grade and places behind it.

    The subjects of commits that are listed below are left out on a terminal.
    """
    said = claim.text
    for commit in answer.key_commits if page.width is not None else ():
        said = said.replace(entitled(answer.commits[commit]), commit[:12])
    said = text.safe(said)
    shown = places(claim.citations if verbose else claim.citations[:_PLACES], claim.commit)
    more = len(claim.citations) - (len(claim.citations) if verbose else _PLACES)
    evidence = f"[{claim.grade}: {shown}{f' and {more} more' if more > 0 else ''}]"
    if page.width is None:
        page.line((f"{number:>2}. {said} {evidence}", ""))
        return
    room = max(_LEAST, page.width - _MARGIN - 1)
    lines = page.wrapped(said.split(" "), room)
    tail = page.cells(lines[-1]) + 1 + page.cells(evidence) <= room
    for i, line in enumerate(lines):
        lead = f"{number:>2}. " if i == 0 else " " * _MARGIN
        last = tail and i == len(lines) - 1
        page.line((lead, "bold"), (line, ""), (f" {evidence}" * last, _STYLES[claim.grade]))
    if not tail:
        for line in page.wrapped(evidence.split(" "), room):
            page.line((" " * _MARGIN, ""), (line, _STYLES[claim.grade]))


def _entry(
    page: Page, commit: CommitId, commits: Mapping[CommitId, About]
) -> tuple[tuple[str, str], ...]:
    about = commits.get(commit)
    if about is None:
        return (("  ", ""), (commit[:12], "yellow"))
    who = f" ({text.author(about)})"
    head = f" {about.authored[:10]} "
    room = (page.width or 0) - len(head) - 15 - page.cells(who)
    if room < LEAST and page.width is not None:
        room, who = room + page.cells(who), ""
    title = page.clipped(text.safe(about.subject), max(LEAST, room))
    return ("  ", ""), (commit[:12], "yellow"), (head, ""), (title, ""), (who, "dim")


def markdown(answer: Answer) -> str:
    """An answer as Markdown, every place shown, quotes of code and mail in full."""
    lines = [f"# {prose(answer.question)}", "", f"*Read as: {prose(answer.reading)}*"]
    number = 0
    for title, claims in _parts(answer):
        lines += ["", f"## {title}", ""]
        for claim in claims:
            number += 1
            lines.append(f"{number}. {prose(claim.text)} ({claim.grade})")
            for citation in claim.citations:
                lines.append(f"   - {code(place(citation))}: {code(_folded(citation.quote))}")
    if answer.key_commits:
        lines += ["", "## Commits", ""]
        for commit in answer.key_commits:
            about = answer.commits.get(commit)
            title = prose(about.subject) if about else ""
            lines.append(f"- {code(commit)} {title}".rstrip())
    return "\n".join([*lines, *gaps(answer.gaps)])


def _parts(answer: Answer) -> Iterator[tuple[str, list[Claim]]]:
    for title, claims in groupby(answer.claims, key=lambda claim: TITLES[claim.part]):
        yield title, list(claims)


def places(citations: Sequence[Citation], commit: CommitId) -> str:
    """Where words and code stand; the commit is named where it is another than the claim's."""
    return ", ".join(place(c, "" if c.commit == commit else c.commit) for c in citations)


def place(citation: Citation, commit: CommitId | str | None = None) -> str:
    """One place: "message:3-4 of 87fa7f3e98a1", "lib/a.c:12 of ..."."""
    where = citation.place
    lines = "-".join(map(str, dict.fromkeys((where.first, where.last))))
    owner = citation.commit if commit is None else commit
    of = f" of {owner[:12]}" if owner else ""
    if isinstance(where, FilePlace):
        return f"{text.safe(where.path)}:{lines}{of}"
    if isinstance(where, MailPlace):
        return f"mail {text.safe(where.message_id)}:{lines}"
    return f"message:{lines}{of}"


def _folded(quote: str) -> str:
    return " ".join(quote.split())
