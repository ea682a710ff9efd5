"""Graphs of a report in DOT, for Graphviz and its kin: strings out, names as data only."""

from __future__ import annotations

from collections.abc import Sequence

from minekvm.core.report.model import Report
from minekvm.render.document import Graph
from minekvm.render.pages.lineage import moves
from minekvm.render.text import safe, shortened

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


def lineages(report: Report) -> str:
    """Where each symbol lived and how it got there; a cluster for each symbol."""
    lines = _head("lineage", report)
    for number, told in enumerate(report.lineages):
        stood = dict.fromkeys((v.name, v.path) for v in told.lineage.definitions)
        graph = moves(told) or Graph(tuple(stood), ())
        symbol = _quoted(told.lineage.symbol)
        lines += [f"  subgraph cluster_{number} {{", f"    label={symbol};"]
        for place, box in enumerate(graph.boxes):
            lines.append(f"    s{number}n{place} [label={_lines(box)}];")
        for start, end, said in graph.arrows:
            lines.append(f"    s{number}n{start} -> s{number}n{end} [label={_lines(said)}];")
        lines.append("  }")
    return "\n".join([*lines, "}", ""])


def relations(report: Report) -> str:
    """What ties the commits to one another: who speaks of whom, or depends on it."""
    lines = _head("relations", report)
    ids = {c: f"c{i}" for i, c in enumerate(report.nodes)}
    for commit, id_ in ids.items():
        told = report.commits.get(commit)
        subject = told.commit.subject if told else "not in this clone"
        name = f"{commit[:12]} {told.commit.authored[:10]}" if told else commit[:12]
        link = f", URL={_quoted(told.url)}" if told and told.url else ""
        lines.append(f"  {id_} [label={_lines([name, shortened(subject, _SUBJECT)])}{link}];")
    for edge in report.edges:
        style = _STYLES.get(edge.kind, "")
        said = f"label={_quoted(edge.kind)}, tooltip={_quoted(edge.rule)}"
        shown = ", ".join(part for part in (said, style) if part)
        lines.append(f"  {ids[edge.source]} -> {ids[edge.target]} [{shown}];")
    return "\n".join([*lines, "}", ""])


def _head(name: str, report: Report) -> list[str]:
    said = [report.title, *filter(None, (report.notice,))]
    return [
        f"digraph {name} {{",
        f"  label={_lines(said)};",
        '  node [shape=box, fontname="monospace"];',
    ]


def _lines(parts: Sequence[str]) -> str:
    """Several lines as one label."""
    return '"' + r"\n".join(map(_escaped, parts)) + '"'


def _quoted(string: str) -> str:
    return f'"{_escaped(string)}"'


def _escaped(string: str) -> str:
    """A string between quotes: no quote of its own, no escape, and no entity that would work."""
    shown = safe(string).replace("\\", "\\\\").replace('"', '\\"')
    return shown.replace("&", "&amp;")
