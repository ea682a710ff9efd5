"""A report as Markdown, for a forge or a mail: made from its document alone, nothing left out."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from typing import Any

from minekvm.render import text
from minekvm.render.old_markdown import code, fenced, gaps, graph, label, opening, prose
from minekvm.render.pages import report_words, rows

Row = Mapping[str, Any]

_SUBJECT = 100  # characters of a subject in a table or a graph
_NAMED = 40  # calls inside a region, by name
_DRAWN = 60  # edges up to which a graph can be read


def page(document: dict[str, Any]) -> str:
    """The whole report; citations are footnotes, graphs are Mermaid."""
    notes = _Notes(document)
    lines = [
        f"# {prose(document['title'])}",
        "",
        f"{prose(report_words.clone(document))}: {report_words.size(document)}",
        *_answer(document, notes),
    ]
    for title, section in _SECTIONS:
        body = list(section(document, notes))
        if body:
            lines += ["", f"## {title}", *body]
    return "\n".join([*lines, *notes.lines(), ""])


class _Notes:
    """The citations that were used, each a footnote with a number."""

    def __init__(self, document: Row) -> None:
        self.document = document
        self.numbers: dict[str, int] = {}

    def marks(self, citations: Sequence[Row]) -> str:
        """The marks of some citations, to stand behind what they show."""
        return "".join(dict.fromkeys(f"[^{self._number(c)}]" for c in citations))

    def _number(self, citation: Row) -> int:
        said = f'{self._linked(citation)}: "{prose(text.one_line(citation["quote"]))}"'
        return self.numbers.setdefault(said, len(self.numbers) + 1)

    def _linked(self, citation: Row) -> str:
        about = self.document["commits"].get(citation["commit"])
        place = code(report_words.place(citation))
        return f"[{place}](<{about['url']}>)" if about and about["url"] else place

    def lines(self) -> Iterator[str]:
        if self.numbers:
            yield ""
        for said, number in self.numbers.items():
            yield f"[^{number}]: {said}"


# --- the sections


def _answer(document: Row, notes: _Notes) -> Iterator[str]:
    yield from ("", "## The short answer", "")
    yield from _claims(document["answer"], notes)
    if not document["answer"]:
        yield "Nothing of this story is in this clone."
    if document["missing"]:
        yield from ("", "This clone lacks:", "")
        yield from (f"- {opening(report_words.missing(m))}" for m in document["missing"])
    if document["query"]["notes"]:
        yield ""
        yield from (f"> {opening(note)}" for note in document["query"]["notes"])


def _claims(claims: Sequence[Row], notes: _Notes) -> Iterator[str]:
    for number, claim in enumerate(claims, 1):
        said = f"{opening(claim['text'])} *({claim['grade']})*"
        yield f"{number}. {said}{notes.marks(claim['citations'])}"


def _answers(document: Row, notes: _Notes) -> Iterator[str]:
    for row in document["answers"]:
        asked = row["question"]
        yield from (
            "",
            f"### {prose(asked['text'])}",
            "",
            f"Read as: {prose(asked['reading'])}",
            "",
        )
        yield from _claims(row["claims"], notes)
        if not row["claims"]:
            yield "Not answered by this history."
        lacking = [rows.gap(g) for g in row["gaps"] if g not in document["gaps"]]
        yield from gaps(lacking)[2:]


def _lineages(document: Row, notes: _Notes) -> Iterator[str]:
    for row in document["lineages"]:
        told = rows.told(row, document["commits"])
        yield from ("", f"### {code(row['symbol'])}", "")
        for standing in told.lineage.definitions:
            under = text.condition(standing)
            when = f" under {code(under)}" if under else ""
            yield f"- defined in {code(text.where(standing))}{when}"
        if not told.lineage.definitions:
            yield f"- not defined at {code(row['rev'][:12])}"
        yield f"- {text.span(told)}"
        yield from graph(told)
        yield from ("", "| When | Commit | What | Subject |", "| --- | --- | --- | --- |")
        several = text.variants(told)
        for event in told.lineage.events:
            commit = told.commits[event.commit]
            kind, details = text.happened(event.change, quote=_cell)
            version = event.change.new or event.change.old
            if several and version is not None and version.function.condition:
                details.append(_cell(text.condition(version)))
            what = " ".join([kind if kind == "modified" else f"**{kind}**", *details])
            ref = _ref(document, event.commit)
            yield f"| {commit.authored[:10]} | {ref} | {what} | {_subject(commit.subject)} |"


def _regions(document: Row, notes: _Notes) -> Iterator[str]:
    for number, row in enumerate(document["regions"]):
        yield from ("", f"### {report_words.between(row, code)}", "")
        deep = text.count(row["depth"], "call")
        where = f"{code(row['path'])}, " if row["path"] else ""
        yield f"{where}{text.count(row['versions'], 'version')} read, looked into {deep} deep"
        yield ""
        for now in row["now"]:
            through = f" through {code(now['table'])}" if now["table"] else ""
            inside = dict.fromkeys(code(c["call"]) + "?" * (not c["must"]) for c in now["inside"])
            named = ", ".join(list(inside)[:_NAMED]) or "nothing"
            more = f" and {len(inside) - _NAMED} more" if len(inside) > _NAMED else ""
            yield f"- inside now{through}: {named}{more}"
            yield from (f"- {report_words.leak(leak)}" for leak in now["leaks"])
        for flip in row["placements"]:
            since = f"since {_ref(document, flip['commit'])} {flip['authored'][:10]}"
            yield f"- {code(flip['symbol'])} **{flip['state']}** {since}, {flip['before']} before"
        yield from _timeline(document, "region", number)


def _ledger(document: Row, notes: _Notes) -> Iterator[str]:
    for number, row in enumerate(document["ledger"]):
        yield from ("", f"### Calls of {code(row['symbol'])}", "", report_words.calls(row), "")
        yield "| Where | Function | File | Since | Until | Then |"
        yield "| --- | --- | --- | --- | --- | --- |"
        for site in sorted(row["sites"], key=lambda s: s["arch"]):
            since, until = (_ref(document, site[k]) if site[k] else "" for k in ("since", "until"))
            until = "**still calls**" if site["still"] else until
            cells = [prose(site["arch"]), _cell(site["function"]), _cell(site["path"])]
            cells += [since, until, report_words.went(site, _cell)]
            yield f"| {' | '.join(cells)} |"
        yield from _timeline(document, "callers", number)


def _timeline(document: Row, section: str, number: int) -> Iterator[str]:
    """The events of one row of a section as a table, newest first."""
    events = [e for e in document["events"] if (e["section"], e["of"]) == (section, number)]
    if events:
        yield from ("", "| When | Commit | What | Subject |", "| --- | --- | --- | --- |")
    for event in events:
        about = document["commits"][event["commit"]]
        ref, subject = _ref(document, event["commit"]), _subject(about["subject"])
        yield f"| {about['authored'][:10]} | {ref} | {prose(event['text'])} | {subject} |"


def _relations(document: Row, notes: _Notes) -> Iterator[str]:
    edges = document["relations"]["edges"]
    if not edges:
        return
    ids = {c: f"c{i}" for i, c in enumerate(document["relations"]["nodes"])}
    if len(edges) <= _DRAWN:
        yield from ("", "```mermaid", "flowchart TD")
        for commit, id_ in ids.items():
            subject = report_words.subject(document, commit)
            yield f'  {id_}["{commit[:12]}<br/>{label(text.shortened(subject, _SUBJECT))}"]'
        for edge in edges:
            arrow = "-.->" if edge["kind"] in ("touches-same", "same-series") else "-->"
            yield f"  {ids[edge['source']]} {arrow}|{edge['kind']}| {ids[edge['target']]}"
        yield "```"
    yield ""
    for edge in edges:
        ends = [f"{_ref(document, edge[end])}" for end in ("source", "target")]
        rule = f" ({prose(edge['rule'])})" if not edge["citation"] else ""
        cited = [edge["citation"]] if edge["citation"] else []
        yield f"- {ends[0]} **{edge['kind']}** {ends[1]}{rule}{notes.marks(cited)}"


def _commits(document: Row, notes: _Notes) -> Iterator[str]:
    for commit, about in document["commits"].items():
        subject = prose(text.shortened(about["subject"], _SUBJECT))
        yield from ("", f"### {_ref(document, commit)} {subject}", "")
        yield f"{about['authored'][:10]}, by {prose(about['author'].strip() or 'nobody')}"
        yield from ("", *fenced([text.safe(s) for s in about["message"].rstrip().split("\n")]))
        for row in about["changes"]:
            change = rows.change(row)
            names, paths = text.described(change, quote=code)
            kinds = ", ".join(change.kinds)
            yield from ("", f"**{kinds}** {names} in {paths}{text.doubt(change, ', score ')}")
            if row["diff"]:
                yield from ("", *fenced(row["diff"].split("\n"), "diff"))
        if about["left_out"]:
            yield from ("", f"and {text.count(about['left_out'], 'more function')}")
        if about["thread"]:
            yield from _discussion(about["thread"])


def _discussion(told: Row) -> Iterator[str]:
    """A patch's versions and what was said of them, folded."""
    counted = text.count(len(told["versions"]), "version")
    counted += f", {text.count(len(told['replies']), 'reply', 'replies')}"
    yield from ("", f"<details><summary>Discussion: {counted}</summary>", "")
    for mail in told["versions"]:
        named = f"v{mail['version']} {mail['date'][:10]} {prose(mail['subject'])}"
        yield f"- {named}, by {prose(mail['author'])}, {code(mail['message_id'])}"
    for mail in told["replies"]:
        who = f"**{prose(mail['author'])}** {mail['date'][:10]} on v{mail['version']}"
        yield from ("", f"{who}, {code(mail['message_id'])}")
        for trailer in mail["trailers"]:
            yield from ("", f"{prose(trailer['key'])}: {prose(trailer['value'])}")
        for remark in mail["remarks"]:
            quoted = [f"> {text.safe(line.expandtabs(4))}" for line in remark["about"]]
            said = [text.safe(line.expandtabs(4)) for line in remark["quote"].split("\n")]
            yield from ("", *fenced([*quoted, *said]))
    yield from ("", "</details>")


def _gaps(document: Row, notes: _Notes) -> Iterator[str]:
    yield from gaps([rows.gap(g) for g in document["gaps"]])[2:]


def _reproduce(document: Row, notes: _Notes) -> Iterator[str]:
    told, clone = document["reproduce"], document["clone"]
    where = f", from {code(clone['remote'])}" if clone["remote"] else ""
    yield from ("", f"minekvm {prose(told['version'])} on {code(told['range'])}{where}:", "")
    yield from fenced([text.safe(c) for c in told["commands"]], "sh")
    yield from ("", f"with {code(document['query']['file'])}:", "")
    query = document["query"]["text"].rstrip("\n").split("\n")
    yield from fenced([text.safe(line.replace("\t", "    ")) for line in query], "toml")


_SECTIONS: tuple[tuple[str, Callable[[Row, _Notes], Iterator[str]]], ...] = (
    ("Questions", _answers),
    ("Regions", _regions),
    ("Lineages", _lineages),
    ("Call sites", _ledger),
    ("What ties the commits to one another", _relations),
    ("Commits", _commits),
    ("Gaps", _gaps),
    ("How to reproduce", _reproduce),
)


# --- pieces


def _ref(document: Row, commit: str) -> str:
    """A commit's hash, a link where there is a web view of it."""
    about = document["commits"].get(commit)
    short = code(commit[:12])
    return f"[{short}](<{about['url']}>)" if about and about["url"] else short


def _cell(string: str) -> str:
    """A code span inside a table, where a pipe would end the cell."""
    return code(string).replace("|", "\\|")


def _subject(subject: str) -> str:
    return prose(text.shortened(subject, _SUBJECT))
