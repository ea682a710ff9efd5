"""A report for a reader at a terminal: first the answer and where the rest lies, then the story."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from minekvm.render import text
from minekvm.render.old_terminal import LEAST, Page, Piece
from minekvm.render.pages import report_words, rows

Row = Mapping[str, Any]

_SCREEN = 20  # lines of the first screen, but for blank ones and what is left out
_LACKING = 3  # parts that are missing, named there
_GRADES = {"stated": "bold green", "observed": "bold cyan", "inferred": "bold yellow"}
_DIFF = {"+": "green", "-": "red", "@": "cyan"}


def summary(document: dict[str, Any], files: Sequence[str]) -> None:
    """Print the short answer, what is missing, and where the report lies: on one screen."""
    page = Page()
    _head(page, document)
    lacking = document["missing"]
    shown = lacking[:_LACKING] if page.width else lacking
    taken = len(page.lines) + len(shown) + (len(lacking) > len(shown)) + len(files)
    _answer(page, document, _SCREEN - taken if page.width else None)
    for row in shown:
        said = f"missing: {text.safe(report_words.missing(row))}"
        page.line((page.clipped(said, page.width or 0), "yellow"))
    if len(lacking) > len(shown):
        page.line((f"and {len(lacking) - len(shown)} more are missing", "yellow"))
    page.line()
    _files(page, files)
    page.show()


def story(document: dict[str, Any], files: Sequence[str]) -> None:
    """Print the whole report."""
    page = Page()
    _head(page, document)
    _answer(page, document, None)
    for note in document["query"]["notes"]:
        page.paragraph(text.safe(note), "italic")
    for row in document["missing"]:
        page.paragraph(f"missing: {text.safe(report_words.missing(row))}", "yellow")
    for row in document["answers"]:
        _title(page, text.safe(row["question"]["text"]))
        for number, claim in enumerate(row["claims"], 1):
            page.lines += _claim(page, number, claim)
        page.gaps([rows.gap(g) for g in row["gaps"] if g not in document["gaps"]])
    for number, row in enumerate(document["regions"]):
        _region(page, document, number, row)
    for row in document["lineages"]:
        _lineage(page, document, row)
    for number, row in enumerate(document["ledger"]):
        _calls(page, document, number, row)
    _relations(page, document)
    for commit in document["commits"]:
        _commit(page, document, commit)
    page.gaps([rows.gap(g) for g in document["gaps"]])
    page.line()
    for command in document["reproduce"]["commands"]:
        page.line(("again: ", "dim"), (text.safe(command), ""))
    _files(page, files)
    page.show()


# --- the first screen


def _head(page: Page, document: Row) -> None:
    page.line((page.clipped(text.safe(document["title"]), page.width or 0), "bold"))
    page.paragraph(
        f"{text.safe(report_words.clone(document))}: {report_words.size(document)}", "dim"
    )


def _answer(page: Page, document: Row, room: int | None) -> None:
    """The claims, as many as fit into so many lines; at least the first."""
    claims = document["answer"]
    page.line()
    if not claims:
        page.line(("nothing of this story is in this clone", "bold"))
    shown = used = 0
    for number, claim in enumerate(claims, 1):
        lines = _claim(page, number, claim)
        if room and shown and used + len(lines) > room:
            break
        page.lines += lines
        shown, used = number, used + len(lines)
    if len(claims) > shown:
        page.line((f"   and {len(claims) - shown} more in the report", "dim"))


def _claim(page: Page, number: int, claim: Row) -> list[tuple[Piece, ...]]:
    """A claim under its number, with its grade; in a pipe on one line with its citations."""
    said, grade = text.safe(claim["text"]), claim["grade"]
    places = [text.safe(report_words.place(c)) for c in claim["citations"]]
    if page.width is None:
        return [((f"{number}  {grade:<8}  {said}  [{'; '.join(places)}]", ""),)]
    # Quoted words do not say whose they are; what was seen does.
    mark = f"({grade}, {places[0]})" if grade == "stated" and places else f"({grade})"
    left = f"{number:>2} "
    found: list[tuple[Piece, ...]] = []
    for line in page.wrapped([*said.split(" "), mark], max(LEAST, page.width - len(left))):
        lead = left if not found else " " * len(left)
        graded = line.endswith(mark)
        shown = line.removesuffix(mark) if graded else line
        found.append(((lead, "dim"), (shown, ""), (mark * graded, _GRADES[grade])))
    return found


def _files(page: Page, files: Sequence[str]) -> None:
    for i, path in enumerate(files):
        page.line(
            ("report: " if i == 0 else "        ", "dim"), (text.safe(path), "bold" * (i == 0))
        )


# --- the sections


def _title(page: Page, title: str) -> None:
    page.line()
    page.paragraph(title, "bold")


def _region(page: Page, document: Row, number: int, row: Row) -> None:
    _title(page, report_words.between(row))
    for flip in row["placements"]:
        said = f"{text.safe(flip['symbol'])} {flip['state']} since {flip['commit'][:12]}"
        page.line((f"  {said}, {flip['before']} before", "bold"))
    _timeline(page, document, "region", number)


def _calls(page: Page, document: Row, number: int, row: Row) -> None:
    _title(page, f"Calls of {text.safe(row['symbol'])}: {report_words.calls(row)}")
    for site in row["sites"]:
        if site["still"]:
            where = f"  {text.safe(site['path'])}: {text.safe(site['function'])}()"
            page.line((page.clipped(where, page.width or 0), ""))
    _timeline(page, document, "callers", number)


def _lineage(page: Page, document: Row, row: Row) -> None:
    told = rows.told(row, document["commits"])
    _title(page, f"{text.safe(told.lineage.symbol)}: {text.span(told)}")
    for version in told.lineage.definitions:
        where = f"{text.where(version)}  {text.condition(version)}".rstrip()
        page.line(("  defined in ", "dim"), (where, ""))
    for event in told.lineage.events:
        commit = told.commits[event.commit]
        kind, details = text.happened(event.change, page.arrow)
        left = f"  {commit.authored[:10]} {event.commit[:12]}  "
        words = [kind, *details] if kind != "modified" else details
        said = f"{' '.join(words)}: {text.safe(commit.subject)}".removeprefix(": ")
        room = max(LEAST, (page.width or 0) - len(left))
        page.line((left, "dim"), (page.clipped(said, room), "dim" if kind == "modified" else ""))


def _discussion(page: Page, thread: Row) -> None:
    for version in thread["versions"]:
        sent = f"{version['date'][:10]} v{version['version']} {text.safe(version['subject'])}"
        page.line(("  sent ", "bold"), (f"{sent}  {text.safe(version['message_id'])}", ""))
    for reply in thread["replies"]:
        who = f"{'  ' * reply['depth']}{reply['date'][:10]} {text.safe(reply['author'])}"
        page.line(("  said ", "bold"), (who, ""))
        for remark in reply["remarks"]:
            page.line(("    ", ""), (text.safe(text.one_line(remark["quote"])), "dim"))


def _timeline(page: Page, document: Row, section: str, number: int) -> None:
    """The events of one row of a section, newest first."""
    for event in document["events"]:
        if (event["section"], event["of"]) == (section, number):
            about = document["commits"][event["commit"]]
            left = f"  {about['authored'][:10]} {event['commit'][:12]}  "
            said = text.safe(event["text"])
            room = max(LEAST, (page.width or 0) - len(left))
            for i, line in enumerate(page.wrapped(said.split(" "), room) if page.width else [said]):
                page.line((left if i == 0 else " " * len(left), "dim"), (line, ""))


def _relations(page: Page, document: Row) -> None:
    edges = document["relations"]["edges"]
    if edges:
        _title(page, "What ties the commits to one another")
    for edge in edges:
        words = edge["rule"]
        if edge["citation"]:
            words = f'"{text.one_line(edge["citation"]["quote"])}"'
        left = f"  {edge['source'][:12]} {edge['kind']} {edge['target'][:12]}  "
        room = max(LEAST, (page.width or 0) - len(left))
        page.line((left, ""), (page.clipped(text.safe(words), room), "dim"))


def _commit(page: Page, document: Row, commit: str) -> None:
    """A commit's own words, and what it did to functions."""
    about = document["commits"][commit]
    page.line()
    by = text.safe(about["author"].strip()) or "nobody"
    page.line((commit[:12], "yellow"), (f"  {about['authored'][:10]}  {by}", ""))
    if about["url"]:
        page.line((text.safe(about["url"]), "dim"))
    for line in about["message"].rstrip().split("\n"):
        page.line((f"    {text.safe(line)}".rstrip(), ""))
    if about["thread"]:
        _discussion(page, about["thread"])
    for row in about["changes"]:
        change = rows.change(row)
        names, paths = text.described(change, page.arrow)
        page.line((f"  {', '.join(change.kinds)} ", "bold"), (f"{names}  {paths}", ""))
        for line in row["diff"].split("\n") if row["diff"] else ():
            page.line((f"    {line}", _DIFF.get(line[0], "")))
