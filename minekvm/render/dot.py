"""Graphs of a report in DOT, for Graphviz and its kin: strings out, names as data only."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from minekvm.render import places, text
from minekvm.render.pages import report_words, rows

_SUBJECT = 60  # characters of a subject in a node
_STYLES = {
    "fixes": 'color="#b3261e"',
    "reverts": 'color="#b3261e", style=bold',
    "cites": 'color="#1f5fa8"',
    "backport-of": 'color="#6a4fa3"',
    "same-patch": 'color="#6a4fa3", style=dashed, dir=none',
    "same-series": "style=dashed",
    "touches-same": 'color="#8a8a8a", style=dotted',
}


def lineages(document: dict[str, Any]) -> str:
    """Where each symbol lived and how it got there; a cluster for each symbol."""
    lines = _head("lineage", document)
    for number, row in enumerate(document["lineages"]):
        told = rows.told(row, document["commits"])
        edges = places.moves(told)
        stood = [(v.path, v.name, "") for v in told.lineage.definitions] if not edges else []
        seen = dict.fromkeys([p for a, b, _ in edges for p in (a, b)] or stood)
        ids = {p: f"s{number}n{i}" for i, p in enumerate(seen)}
        lines += [f"  subgraph cluster_{number} {{", f"    label={_quoted(row['symbol'])};"]
        for place, id_ in ids.items():
            lines.append(f"    {id_} [label={_lines(places.words(place))}];")
        for (a, b, kind), when in edges.items():
            lines.append(f"    {ids[a]} -> {ids[b]} [label={_lines([kind, when])}];")
        lines.append("  }")
    return "\n".join([*lines, "}", ""])


def relations(document: dict[str, Any]) -> str:
    """What ties the commits to one another: who speaks of whom, or depends on it."""
    lines = _head("relations", document)
    ids = {c: f"c{i}" for i, c in enumerate(document["relations"]["nodes"])}
    for commit, id_ in ids.items():
        about = document["commits"].get(commit)
        subject = report_words.subject(document, commit)
        shown = subject if len(subject) <= _SUBJECT else f"{subject[: _SUBJECT - 3]}..."
        name = f"{commit[:12]} {about['authored'][:10]}" if about else commit[:12]
        link = f", URL={_quoted(about['url'])}" if about and about["url"] else ""
        lines.append(f"  {id_} [label={_lines([name, shown])}{link}];")
    for edge in document["relations"]["edges"]:
        style = _STYLES.get(edge["kind"], "")
        said = f"label={_quoted(edge['kind'])}, tooltip={_quoted(edge['rule'])}"
        ends = f"{ids[edge['source']]} -> {ids[edge['target']]}"
        lines.append(f"  {ends} [{', '.join(p for p in (said, style) if p)}];")
    return "\n".join([*lines, "}", ""])


def _head(name: str, document: dict[str, Any]) -> list[str]:
    return [
        f"digraph {name} {{",
        f"  label={_quoted(document['title'])};",
        '  node [shape=box, fontname="monospace"];',
    ]


def _lines(parts: Sequence[str]) -> str:
    """Several lines as one label."""
    return '"' + r"\n".join(map(_escaped, parts)) + '"'


def _quoted(string: str) -> str:
    return f'"{_escaped(string)}"'


def _escaped(string: str) -> str:
    """A string between quotes: no quote of its own, no escape, and no entity that would work."""
    shown = text.safe(string).replace("\\", "\\\\").replace('"', '\\"')
    return shown.replace("&", "&amp;")
