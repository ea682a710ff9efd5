"""A report's Markdown, DOT and screens, made from one in code."""

from __future__ import annotations

import re

import pytest
from render_values import shown, wandering
from report_values import ABSENT, CITED, C, report

from minekvm.analyses.report import summary as gist
from minekvm.core.report.model import Missing, Report
from minekvm.core.why.model import Claim
from minekvm.errors import MinekvmError
from minekvm.render import dot, markdown, report_files, terminal
from minekvm.render.pages import report as page


def told(some: Report) -> str:
    """A report as Markdown."""
    return markdown.write(page.page(some))


# --- Markdown


def test_the_answer_stands_first_with_footnotes() -> None:
    text = told(report())
    lines = text.split("\n")
    assert lines[0] == "# How f moved"
    assert lines[2] == "linux at cccccccccccc, 3 commits: 1 lineage, 0 events in 3 commits"
    assert lines[4] == "## The short answer"
    assert lines[6] == "1. it moved *(stated)*[^1]"
    assert lines[7] == "2. f returned one *(observed)*[^2][^1]"
    assert "- \\- mind the gap" in lines
    at = f"[`message:3-4 of {C[:12]}`](<https://example.org/?id={C}>)"
    assert f'[^1]: {at}: "It belongs there."' in lines
    assert re.findall(r"^\[\^(\d+)\]:", text, re.M) == ["1", "2"]


def test_sections_without_anything_are_left_out() -> None:
    titles = re.findall(r"^## (.*)$", told(report()), re.M)
    assert titles == [
        "The short answer",
        "Lineages",
        "What ties the commits to one another",
        "Commits",
        "How to reproduce",
    ]


def test_what_is_missing_is_said_with_the_answer() -> None:
    lacking = (Missing("symbol g", "nothing defines it"),)
    text = told(report(missing=lacking, answer=()))
    assert "Nothing of this story is in this clone." in text
    assert "### This clone lacks\n\n- missing: symbol g: nothing defines it" in text


def test_edges_are_drawn_and_told() -> None:
    text = told(report())
    assert f'n2["{ABSENT[:12]}<br/>not in this clone"]' in text
    assert 'n0 -->|"fixes"| n1' in text
    assert "**fixes**" in text
    assert f"**cites** `{ABSENT[:12]}` a rule" in text


# --- DOT


def test_dot_has_places_and_commits() -> None:
    lineage, relations = dot.lineages(report()), dot.relations(report())
    assert r'[label="f\nold.c"]' in lineage
    assert r'[label="moved\n2022-03-04"]' in lineage
    assert 'c0 -> c1 [label="fixes"' in relations
    assert f'URL="https://example.org/?id={C}"' in relations
    assert f'c2 [label="{ABSENT[:12]}\\nnot in this clone"]' in relations


# --- terminal


def first(some: Report, *files: str) -> None:
    print(terminal.write(page.summary(some, files)), end="")


def test_the_first_screen_has_the_answer_and_the_files(monkeypatch: pytest.MonkeyPatch) -> None:
    screen = shown(monkeypatch, lambda: first(report(), "reports/f.html"), width=80)
    lines = screen.split("\n")
    assert lines[0] == "How f moved"
    assert lines[3] == f"1. it moved [stated: message:3-4 of {C[:12]}]"
    assert lines[4] == "2. f returned one"
    assert lines[5].startswith("   [observed: old.c:10 of ")
    assert "report:  reports/f.html" in lines


def test_many_long_claims_leave_room_for_the_files(monkeypatch: pytest.MonkeyPatch) -> None:
    claim = Claim("happened", C, "word " * 60, "inferred", (CITED,))
    lacking = tuple(Missing(f"symbol s{n}", "gone " * 60) for n in range(9))
    many = report(answer=(claim,) * 8, missing=lacking)
    screen = shown(monkeypatch, lambda: first(many, "r.html", "r.md"), width=80)
    assert len(screen.rstrip().split("\n")) <= 30
    assert "and 6 more in the report" in screen
    assert "and 6 more are missing" in screen
    assert max(map(len, screen.split("\n"))) <= 80


def test_a_pipe_has_every_claim_on_a_line_of_its_own(monkeypatch: pytest.MonkeyPatch) -> None:
    screen = shown(monkeypatch, lambda: first(report()), width=None)
    places = f"old.c:10 of {'b' * 12}, message:3-4 of {C[:12]}"
    assert f"2. f returned one [observed: {places}]\n" in screen


def test_the_whole_story_is_told(monkeypatch: pytest.MonkeyPatch) -> None:
    def whole() -> None:
        print(terminal.write(page.page(report()), verbose=True), end="")

    screen = shown(monkeypatch, whole, width=100)
    for part in ("3 events", "moved", "fixes", "f: return one", "minekvm report f"):
        assert part in screen


# --- words


def test_a_lineage_in_a_sentence() -> None:
    (claim,) = gist.of_lineage(wandering())
    assert claim.text == (
        "f, now in kernel/new.c:30: moved to kernel/new.c (cccccccccccc, 2022-03-04);"
        " introduced in old.c (aaaaaaaaaaaa, 2019-12-31); 1 edit"
    )
    assert {c.quote for c in claim.citations} == {"int f(void)"}


@pytest.mark.parametrize(
    ("asked", "found"), [("html, MD,json,md", ["html", "md", "json"]), ("dot", ["dot"])]
)
def test_formats(asked: str, found: list[str]) -> None:
    assert report_files.chosen(asked) == found


def test_no_format() -> None:
    with pytest.raises(MinekvmError):
        report_files.chosen("html,pdf")
