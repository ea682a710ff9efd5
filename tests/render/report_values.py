"""A small report in code."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

from render_values import commit_id, wandering

from minekvm.core.relate.relations import Citation as Said
from minekvm.core.report.model import Edge, Query, Report, ReportCommit, Reproduce, Source
from minekvm.core.why.model import Citation, Claim, FilePlace, MessagePlace

A, B, C = (commit_id(letter) for letter in "abc")
ABSENT = commit_id("f")
URL = "https://example.org/?id="
CITED = Citation(C, MessagePlace(3, 4), "It belongs\nthere.")
CODE = Citation(B, FilePlace("old.c", 10, 10), "int f(void)")


def report(**changed: Any) -> Report:
    """A lineage of three commits, one edge inside and one to a commit that is not here."""
    told = wandering()
    commits = {
        id_: ReportCommit(
            replace(commit, message=f"{commit.subject}\n\nIt belongs\nthere.\n"),
            ("old.c",),
            f"{URL}{id_}",
        )
        for id_, commit in told.commits.items()
    }
    small = Report(
        version="0.1.0",
        title="How f moved",
        query=Query("f.toml", 'title = "How f moved"\n', ("f",), notes=("- mind the gap",)),
        clone=Source("linux", None, C, "HEAD", 3, f"{URL}%s"),
        answer=(
            Claim("happened", C, "it moved", "stated", (CITED,)),
            Claim("happened", B, "f returned one", "observed", (CODE, CITED)),
        ),
        answers=(),
        regions=(),
        lineages=(told,),
        callers=(),
        nodes=(C, B, ABSENT),
        edges=(
            Edge(C, B, "fixes", "r", Said(C, 3, 4, "It belongs\nthere.")),
            Edge(B, ABSENT, "cites", "a rule", None),
        ),
        commits=commits,
        events=(),
        missing=(),
        gaps=(),
        reproduce=Reproduce(f"{A}..{C}", "0.1.0", ("minekvm report f",)),
    )
    return replace(small, **changed)
