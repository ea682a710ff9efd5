"""A report's Markdown, DOT and screens, made from a document in code."""

from __future__ import annotations

import re

import pytest
from render_values import parted, shown, wandering
from report_values import ABSENT, C, document

from minekvm.analyses.report import summary as gist
from minekvm.errors import MinekvmError
from minekvm.render import dot, places
from minekvm.render import report_files as report
from minekvm.render.json.lineage import value as lineage_value
from minekvm.render.pages import report as report_terminal
from minekvm.render.pages import report_markdown, report_words, rows


def test_rows_come_back_as_what_they_were_made_from() -> None:
    for told in (wandering(), parted()):
        row = lineage_value(told)
        back = rows.told(row, {})
        assert lineage_value(back) == row
        assert places.moves(back) == places.moves(told)


# --- Markdown


def test_the_answer_stands_first_with_footnotes() -> None:
    text = report_markdown.page(document())
    lines = text.split("\n")
    assert lines[0] == "# How f moved"
    assert lines[2] == "linux at cccccccccccc, 3 commits: 1 lineage, 0 events in 3 commits"
    assert lines[4] == "## The short answer"
    assert lines[6] == "1. it moved *(stated)*[^1]"
    assert lines[7] == "2. f returned one *(observed)*[^2][^1]"
    assert "> \\- mind the gap" in lines
    at = f"[`message:3-4 of {C[:12]}`](<https://example.org/?id={C}>)"
    assert f'[^1]: {at}: "It belongs there."' in lines
    assert re.findall(r"^\[\^(\d+)\]:", text, re.M) == ["1", "2"]


def test_sections_without_anything_are_left_out() -> None:
    titles = re.findall(r"^## (.*)$", report_markdown.page(document()), re.M)
    assert titles == [
        "The short answer",
        "Lineages",
        "What ties the commits to one another",
        "Commits",
        "How to reproduce",
    ]


def test_what_is_missing_is_said_with_the_answer() -> None:
    lacking = [{"what": "symbol g", "why": "nothing defines it"}]
    text = report_markdown.page(document(missing=lacking, answer=[]))
    assert "Nothing of this story is in this clone." in text
    assert "This clone lacks:\n\n- symbol g: nothing defines it" in text


def test_edges_are_drawn_and_told() -> None:
    text = report_markdown.page(document())
    assert f'c2["{ABSENT[:12]}<br/>not in this clone"]' in text
    assert "c0 -->|fixes| c1" in text
    assert "**fixes**" in text
    assert f"**cites** `{ABSENT[:12]}` (a rule)" in text


# --- DOT


def test_dot_has_places_and_commits() -> None:
    lineage, relations = dot.lineages(document()), dot.relations(document())
    assert r'[label="f\nold.c"]' in lineage
    assert r'[label="moved\n2022-03-04"]' in lineage
    assert 'c0 -> c1 [label="fixes"' in relations
    assert f'URL="https://example.org/?id={C}"' in relations
    assert f'c2 [label="{ABSENT[:12]}\\nnot in this clone"]' in relations


# --- terminal


def test_the_first_screen_has_the_answer_and_the_files(monkeypatch: pytest.MonkeyPatch) -> None:
    screen = shown(
        monkeypatch, lambda: report_terminal.summary(document(), ["reports/f.html"]), width=80
    )
    lines = screen.split("\n")
    assert lines[0] == "How f moved"
    assert lines[3] == f" 1 it moved (stated, message:3-4 of {C[:12]})"
    assert lines[4] == " 2 f returned one (observed)"
    assert "report: reports/f.html" in lines


def test_many_long_claims_leave_room_for_the_files(monkeypatch: pytest.MonkeyPatch) -> None:
    claim = {"text": "word " * 60, "grade": "inferred", "citations": []}
    lacking = [{"what": f"symbol s{n}", "why": "gone " * 60} for n in range(9)]
    many = document(answer=[claim] * 8, missing=lacking)
    screen = shown(monkeypatch, lambda: report_terminal.summary(many, ["r.html", "r.md"]), width=80)
    assert len(screen.rstrip().split("\n")) <= 24
    assert "and 6 more in the report" in screen
    assert "and 6 more are missing" in screen
    assert max(map(len, screen.split("\n"))) <= 80


def test_a_pipe_has_every_claim_on_a_line_of_its_own(monkeypatch: pytest.MonkeyPatch) -> None:
    screen = shown(monkeypatch, lambda: report_terminal.summary(document(), []), width=None)
    assert (
        f"2  observed  f returned one  [old.c:10 of {'b' * 12}; message:3-4 of {C[:12]}]" in screen
    )


def test_the_whole_story_is_told(monkeypatch: pytest.MonkeyPatch) -> None:
    screen = shown(monkeypatch, lambda: report_terminal.story(document(), []), width=100)
    for part in ("f: 3 events", "moved", "fixes", "f: return one", "again: minekvm report f"):
        assert part in screen


# --- words


def test_a_lineage_in_a_sentence() -> None:
    (claim,) = gist.of_lineage(wandering())
    assert claim.text == (
        "f, now in kernel/new.c:30: moved to kernel/new.c (cccccccccccc, 2022-03-04);"
        " introduced in old.c (aaaaaaaaaaaa, 2019-12-31); 1 edit"
    )
    assert {c.quote for c in claim.citations} == {"int f(void)"}


def test_places_in_words() -> None:
    mail = {"commit": C, "place": {"kind": "mail", "message_id": "a@b", "lines": [1, 1]}}
    assert report_words.place(mail) == "mail a@b:1"
    site = {"path": "a.c", "still": False, "went": None}
    assert report_words.went(site) == "gone"


@pytest.mark.parametrize(
    ("asked", "found"), [("html, MD,json,md", ["html", "md", "json"]), ("dot", ["dot"])]
)
def test_formats(asked: str, found: list[str]) -> None:
    assert report.chosen(asked) == found


def test_no_format() -> None:
    with pytest.raises(MinekvmError):
        report.chosen("html,pdf")
