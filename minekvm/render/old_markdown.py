"""Answers as Markdown, for a forge, a report or a mail: lists, fenced diffs, a small graph."""

from __future__ import annotations

import re
from collections.abc import Sequence
from itertools import groupby

from minekvm.core.model import Event, Gap, Inspection, Told
from minekvm.render import places, text

_SPECIAL = re.compile(r"[\\`*_\[\]<>#|~&$]")
_MARKER = re.compile(r"(?=[-+=])|(?<=\d)(?=[.)])")  # what makes a list or heading of a line's start
_UNLABELLED = re.compile(r"[^A-Za-z0-9 _./,:+-]")  # what a Mermaid label cannot hold as it is


def lineage(told: Told, *, patch: bool = False, verbose: bool = False) -> str:
    """A lineage: where it is defined, a graph if it wandered, its events newest first, gaps."""
    found = told.lineage
    last = [e.change.new or e.change.old for e in found.events[:1]]
    nouns = dict.fromkeys(text.noun(v.function) for v in found.definitions or last if v)
    lines = [f"# {', '.join([code(found.symbol), *nouns])}", ""]
    rev = code(found.rev[:12])
    for defined in found.definitions:
        under = f" under {code(text.condition(defined))}" if defined.function.condition else ""
        lines.append(f"- defined in {code(text.where(defined))}{under} at {rev}")
    if not found.definitions:
        lines.append(f"- not defined at {rev}")
    lines += [f"- {text.span(told)}", *graph(told)]
    if found.events:
        lines += ["", "## Events", ""]
    several = text.variants(told)
    for event in found.events:
        commit = told.commits[event.commit]
        kind, details = text.happened(event.change, quote=code)
        what = [kind if kind == "modified" else f"**{kind}**", *details]
        version = event.change.new or event.change.old
        if several and version is not None and version.function.condition:
            what.append(code(text.condition(version)))
        if len(commit.parents) > 1:
            what.append("(in a merge)")
        lines.append(f"- {commit.authored[:10]} {code(event.commit[:12])} {' '.join(what)}")
        lines.append(f"  by {prose(text.author(commit))}: {prose(commit.subject)}")
        lines += _more(event, patch, verbose)
    return "\n".join([*lines, *gaps(found.gaps)])


def inspection(found: Inspection, *, patch: bool = False, verbose: bool = False) -> str:
    """What a commit did to functions, most telling first; a merge by parent."""
    commit = found.commit
    lines = [f"# {code(commit.id[:12])} {prose(commit.subject)}", ""]
    lines.append(f"{commit.authored[:10]}, by {prose(text.author(commit))}")
    sections = text.against(found)
    if len(sections) > 1:
        lines += ["", f"A merge of {len(sections)} parents:", ""]
        lines += [f"- {title}: {text.tally(events)}" for title, events in sections]
    else:
        lines += ["", text.tally(found.events)]
    for title, events in sections:
        if title and events:
            lines += ["", f"## {title.capitalize()}"]
        for kind, group in groupby(
            sorted(events, key=lambda e: text.rank(e.change)), key=lambda e: text.primary(e.change)
        ):
            some = list(group)
            lines += ["", f"### {kind.capitalize()} ({len(some)})", ""]
            if kind in text.LISTED and not patch and not verbose:
                files = text.by_file(some, quote=code)
                lines += [f"- {paths}: {', '.join(names)}" for paths, names in files.items()]
                continue
            for event in some:
                names, paths = text.described(event.change, quote=code)
                lines.append(f"- {names}, {paths}{text.doubt(event.change, ', score ')}")
                lines += _more(event, patch, verbose)
    return "\n".join([*lines, *gaps(found.gaps)])


def prose(string: str) -> str:
    """Other people's text as running text: shown as it is, no markup in it works."""
    return _SPECIAL.sub(r"\\\g<0>", text.safe(string))


def code(string: str) -> str:
    """A code span, its quotes longer than any inside."""
    string = text.safe(string)
    marks = "`" * (_longest_run(string) + 1)
    pad = " " if string.startswith("`") or string.endswith("`") else ""
    return f"{marks}{pad}{string}{pad}{marks}"


def opening(string: str) -> str:
    """Running text at the start of a line, where a dash or a number would make a list."""
    shown = prose(string)
    return _MARKER.sub(r"\\", shown, count=1) if re.match(r"[-+=]|\d{1,9}[.)]", shown) else shown


def fenced(lines: Sequence[str], language: str = "", indent: str = "") -> list[str]:
    """Lines as a block of code that nothing in them ends."""
    fence = "`" * max(3, 1 + max(map(_longest_run, lines), default=0))
    return [f"{indent}{fence}{language}", *(f"{indent}{x}" for x in lines), f"{indent}{fence}"]


def label(string: str) -> str:
    """A label in a Mermaid graph: what could be its syntax is written as a number."""
    return _UNLABELLED.sub(lambda m: f"#{ord(m[0])};", text.safe(string))


def _longest_run(string: str) -> int:
    return max(map(len, re.findall("`+", string)), default=0)


def _more(event: Event, patch: bool, verbose: bool) -> list[str]:
    """What is asked for beyond an event's line, indented to stay in its list item."""
    change, lines = event.change, []
    if verbose:
        lines += ["", f"  rule: {prose(change.rule)}, score {text.score(change)}"]
    shown = list(text.diff(change)) if patch else []
    if patch and not shown:
        lines += ["", "  text unchanged", ""]
    if shown:
        lines += ["", *fenced(shown, "diff", "  "), ""]
    return lines


def gaps(found: Sequence[Gap]) -> list[str]:
    """What could not be read or told, as a section; nothing where there is none."""
    return ["", "## Gaps", "", *(f"- {prose(text.gap_line(g))}" for g in found)] if found else []


# --- the graph


def graph(told: Told) -> list[str]:
    """Where the function lived and how it got from place to place; nothing where it stayed."""
    edges = places.moves(told)
    if not edges:
        return []
    ids = {p: f"n{i}" for i, p in enumerate(dict.fromkeys(p for a, b, _ in edges for p in (a, b)))}
    return [
        "",
        "```mermaid",
        "flowchart TD",
        *(f'  {id_}["{"<br/>".join(map(label, places.words(p)))}"]' for p, id_ in ids.items()),
        *(
            f'  {ids[a]} -->|"{label(f"{kind} {when}")}"| {ids[b]}'
            for (a, b, kind), when in edges.items()
        ),
        "```",
    ]
