"""The drawings' layout: what descends from what, nothing on top of anything else, all in sight."""

from __future__ import annotations

from dataclasses import replace
from itertools import combinations, pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st
from report_documents import (
    about,
    callers,
    commit,
    commit_id,
    document,
    event,
    inside,
    lineage,
    many,
    marker,
    passed,
    region,
    small,
    told,
    version,
    within,
)

from minekvm.core.model import Told
from minekvm.core.region.changes import Flip, MarkerMoved
from minekvm.core.region.model import Standing
from minekvm.core.region.region import Place, Placed
from minekvm.core.relate.relations import RelationKind
from minekvm.core.report.model import Edge, Report
from minekvm.render.html import text as prose
from minekvm.render.html.callers import area_name, ledgers
from minekvm.render.html.lead import strip
from minekvm.render.html.lineage import Drawing, drawings
from minekvm.render.html.lineage_graph import descents
from minekvm.render.html.order import Story
from minekvm.render.html.region import timelines
from minekvm.render.html.region_inside import branches
from minekvm.render.html.relation_graph import wirings
from minekvm.render.html.shapes import clipped, clipped_path

# --- lineages


def drawn(*lineages: Told) -> list[Drawing]:
    return drawings(Story(document(lineages=lineages)))


def edges(*lineages: Told) -> set[tuple[str, str]]:
    """Edges as "commit number, name" of the older and the newer node."""
    (descent,) = descents(Story(document(lineages=lineages)))
    names = [f"{int(k.commit[:8], 16)} {k.place.name}" for k in descent.knots]
    return {(names[a], names[b]) for a, b in descent.edges}


F, G, H = version("f"), version("g"), version("h", "b.c")


def test_an_event_comes_from_the_one_that_left_its_old_version() -> None:
    events = [
        event(4, ["modified"], H, H),
        event(3, ["renamed+moved"], G, H),
        event(2, ["renamed"], F, G),
        event(1, ["introduced"], None, F),
    ]
    assert edges(lineage("h", [H], events)) == {("1 f", "2 g"), ("2 g", "3 h"), ("3 h", "4 h")}


def test_a_split_leads_to_its_parts() -> None:
    events = [event(2, ["split"], F, F, [G, H]), event(1, ["introduced"], None, F)]
    assert edges(lineage("f", [F], events)) == {("1 f", "2 f"), ("2 f", "2 g"), ("2 f", "2 h")}


def test_a_merger_comes_from_each_of_them() -> None:
    events = [
        event(3, ["merged"], F, F, [G]),
        event(2, ["introduced"], None, G),
        event(1, ["introduced"], None, F),
    ]
    assert edges(lineage("f", [F], events)) == {("1 f", "3 f"), ("2 g", "3 f")}


def test_variants_that_become_one_all_lead_to_it() -> None:
    one, other = version("f", condition="defined(X)"), version("f", condition="!defined(X)")
    events = [
        event(2, ["merged"], one, F),
        event(2, ["merged"], other, F),
        event(1, ["introduced"], None, one),
        event(1, ["introduced"], None, other),
    ]
    assert edges(lineage("f", [F], events)) == {("1 f", "2 f")}
    (descent,) = descents(Story(document(lineages=(lineage("f", [F], events),))))
    assert len(descent.edges) == 2


def test_an_order_that_runs_in_a_circle_is_drawn_all_the_same() -> None:
    first = [event(2, ["modified"], F, F), event(1, ["modified"], F, F)]
    second = [event(1, ["modified"], G, G), event(2, ["modified"], G, G)]
    (drawing,) = drawn(lineage("f", [F], first), lineage("g", [G], second))
    assert len(drawing.nodes) == 4


def test_small_lineages_share_a_time_line_and_large_ones_stand_alone() -> None:
    few = lineage("f", [F], [event(1, ["introduced"], None, F)])
    also = lineage("g", [G], [event(2, ["introduced"], None, G)])
    busy = many(60).lineages[0]
    assert [d.symbols for d in drawn(few, also)] == [("f", "g")]
    assert [d.symbols for d in drawn(few, busy, also)] == [("f", "g"), ("busy",)]


def test_lineages_that_share_a_definition_are_one_drawing() -> None:
    busy = many(60).lineages[0]
    heir = version("heir")
    last = event(61, ["renamed"], busy.lineage.definitions[0], heir)
    both = drawn(busy, lineage("heir", [heir], [last, *busy.lineage.events]))
    assert [d.symbols for d in both] == [("busy", "heir")]


@st.composite
def _lineages(draw: st.DrawFn) -> Told:
    names = st.sampled_from(["f", "g", "a_rather_long_name"])
    places = st.builds(
        version, names, st.sampled_from(["a.c", "b/c.h"]), st.sampled_from(["", "defined(X)"])
    )
    kinds = st.sampled_from(
        ["introduced", "modified", "moved", "renamed+moved", "split", "merged", "removed"]
    )
    events = []
    for number in range(draw(st.integers(1, 30)), 0, -1):
        kind = draw(kinds)
        old = None if kind == "introduced" else draw(places)
        new = None if kind == "removed" else draw(places)
        others = draw(st.lists(places, max_size=2)) if kind in ("split", "merged") else []
        events.append(event(number, [kind], old, new, others))
    return lineage("f", draw(st.lists(places, max_size=2)), events)


@given(st.lists(_lineages(), min_size=1, max_size=2))
def test_nodes_are_apart_inside_their_lane_and_time_goes_right(
    lineages: list[Told],
) -> None:
    for drawing in drawn(*lineages):
        assert len({(n.x, n.y) for n in drawing.nodes}) == len(drawing.nodes)
        for one, other in pairwise(sorted({(n.x, n.kind) for n in drawing.nodes})):
            assert one[0] == other[0] or round(other[0] - one[0], 6) >= 16
        for node in drawing.nodes:
            assert 0 < node.x < drawing.width
            assert sum(x.y < node.y < x.y + x.height for x in drawing.lanes) == 1
        for edge in drawing.edges:
            assert drawing.nodes[edge.older].x <= drawing.nodes[edge.newer].x
        assert drawing.lanes[-1].y + drawing.lanes[-1].height <= drawing.height


def test_a_year_is_written_once_and_years_have_room() -> None:
    (drawing,) = drawings(Story(many(500)))
    names = [year.name for year in drawing.years]
    assert names == sorted(set(names))
    assert all(b.x - a.x >= 34 for a, b in pairwise(drawing.years))


def test_runs_of_edits_are_one_node_and_what_is_telling_stands_by_itself() -> None:
    (drawing,) = drawings(Story(many(100)))
    told = [(n.kind, n.fold) for n in drawing.nodes]
    assert told.count(("moved", "")) == 10
    assert told[0] == ("introduced", "") and told[1] == ("modified", "8 edits")
    assert sum(len(n.events) for n in drawing.nodes) == 100
    assert drawing.start == max(n.x for n in drawing.nodes if n.kind == "moved")
    rows = drawing.down.rows
    assert [row.node for row in rows] == list(drawing.nodes)
    assert all(a.y < b.y for a, b in pairwise(rows)) and rows[-1].y < drawing.down.height
    assert [(e.older, e.newer) for e in drawing.down.edges] == [
        (e.older, e.newer) for e in drawing.edges
    ]


def test_a_drawing_begins_at_the_commit_that_an_answer_rests_on() -> None:
    made = small()
    key = replace(made.answers[0], key_commits=(commit_id(2),))
    (drawing,) = drawings(Story(replace(made, answers=(key,))))
    assert drawing.start == next(n.x for n in drawing.nodes if n.commit == commit_id(2))


def test_the_strip_has_a_line_for_each_symbol_and_no_mark_upon_another() -> None:
    found = strip(Story(many(500)))
    assert found is not None
    (line,) = found.lines
    assert line.symbol == "busy" and (found.first, found.last) == ("2010", "2011")
    at = sorted(mark.x for mark in line.marks)
    assert at and all(b - a >= 11 for a, b in pairwise(at))
    assert line.since <= min(at) and max(at) <= line.until <= found.width
    assert strip(Story(document())) is None


@pytest.mark.parametrize(
    ("condition", "shown"),
    [
        ("defined(CONFIG_A)", "Kconfig: A"),
        ("!defined(CONFIG_A_B) && IS_ENABLED(CONFIG_C)", "Kconfig: !A_B && C"),
        (
            "defined(__KERNEL__) && defined(CONFIG_A)",
            "#if defined(__KERNEL__) && defined(CONFIG_A)",
        ),
        ("CONFIG_LEVEL > 2", "#if CONFIG_LEVEL > 2"),
        ("!defined(NO_THREADS)", "#if !defined(NO_THREADS)"),
    ],
)
def test_a_variant_names_its_kconfig(condition: str, shown: str) -> None:
    one = version("f", condition=condition)
    (drawing,) = drawn(lineage("f", [one], [event(1, ["introduced"], None, one)]))
    assert [t.condition for t in drawing.tracks] == [shown]


# --- regions


def test_a_call_belongs_to_the_branch_whose_functions_lead_to_it() -> None:
    def call(name: str, *chain: str) -> Placed:
        return inside(name, chain[-1], chain=chain)

    one, other = call("one", "top", "vmx_run"), call("other", "top", "svm_run")
    changes = [
        passed(1, within(call("both", "top"), one, other)),
        passed(2, within(one, table="vmx"), within(other, table="svm")),
    ]
    found = {name: [list(v.states) for v in told] for name, told in branches(changes, ()).items()}
    assert found == {
        "svm": [["both", "other"], ["other"]],
        "vmx": [["both", "one"], ["one"]],
    }


def test_what_a_call_inside_leads_to_is_folded_unless_it_is_asked_for() -> None:
    region = within(
        inside("outer", "top", chain=["top"]),
        inside("deep", "outer", chain=["top", "outer"]),
        inside("trace", "outer", must=False, chain=["top", "outer"]),
    )
    (version_,) = branches([passed(1, region)], {"trace"})[""]
    assert version_.states == {"outer": "inside", "trace": "partly"}
    assert version_.within == 1


def test_a_timeline_goes_from_the_oldest_commit_and_marks_what_came_and_left() -> None:
    (line,) = timelines(Story(small()))
    assert [c.commit.id for c in line.columns] == [commit_id(2), commit_id(3)]
    (branch,) = line.branches
    run, trace = (label.y for label in branch.labels)
    assert [(s.inside, s.partly, s.came, s.left) for s in branch.slices] == [
        ((run,), (trace,), (), ()),
        ((run,), (), (), (trace,)),
    ]
    assert branch.enter.count("M") == 1
    ((what, states),) = [(s.what, s.states) for s in line.standings]
    assert what == "trace"
    assert [(state, flipped) for _, state, flipped in states] == [
        ("partly", False),
        ("outside", True),
    ]


def test_commits_and_calls_that_change_nothing_are_folded() -> None:
    still = [inside(f"still_{n}", "top", chain=["top"]) for n in range(12)]
    comes = inside("comes", "top", chain=["top"])
    regions = [within(*still), within(*still), within(*still), within(*still, comes)]
    (line,) = timelines(
        Story(document(regions=(region([passed(n, r) for n, r in enumerate(regions, 1)]),)))
    )
    assert [(c.commit.id, c.more) for c in line.columns] == [
        (commit_id(1), 0),
        (commit_id(3), 2),
        (commit_id(4), 0),
    ]
    (branch,) = line.branches
    assert "comes" in [label.name for label in branch.labels]
    assert len(branch.labels) + len(branch.still) == 13
    assert len(line.told) == 4 and line.start == line.columns[-1].x


def test_where_a_call_might_stand_is_told_in_words() -> None:
    place = Place("enter", "before", "run")
    turn = Standing(place, "outside", (Flip(commit_id(3), "inside", "outside"),))
    made = small()
    (line,) = timelines(Story(replace(made, regions=(replace(made.regions[0], turns=(turn,)),))))
    assert [s.what for s in line.standings] == ["trace", "a call before run() in enter()"]
    assert line.standings[1].states[0][1:] == ("outside", True)


def test_a_marker_that_moved_is_told_with_its_functions() -> None:
    moves = (
        MarkerMoved(marker("f", opens=True), marker("g", opens=True)),
        MarkerMoved(None, marker("g", opens=False)),
    )
    (line,) = timelines(Story(document(regions=(region([passed(3, markers=moves)]),))))
    assert line.columns[0].markers == ("enter moved from f() to g()", "exit came in g()")


# --- relations


@st.composite
def _relations(draw: st.DrawFn) -> Report:
    numbers = st.integers(1, 9)
    kinds: list[RelationKind] = ["cites", "fixes"]
    ties = draw(st.lists(st.tuples(numbers, numbers, st.sampled_from(kinds))))
    return document(
        nodes=tuple(commit_id(n) for n in draw(st.lists(numbers))),
        edges=tuple(Edge(commit_id(a), commit_id(b), kind, "r", None) for a, b, kind in ties),
        commits={commit_id(n): commit(n) for n in range(1, 9)},
    )


@given(_relations())
def test_wires_do_not_run_over_one_another_nor_labels(report: Report) -> None:
    found = wirings(Story(report))
    if not found:
        assert not report.nodes and not report.edges
        return
    (drawn,) = found
    assert all(a.y + a.height == b.y for a, b in pairwise(drawn.boxes))
    lines = sorted(w.label_y for w in drawn.wires)
    assert all(b - a >= 15 for a, b in pairwise(lines))
    for one, other in combinations(drawn.wires, 2):
        lanes = {w.path.split("H")[1].split("q")[0] for w in (one, other)}
        low, high = ({w.label_y, w.head_y} for w in (one, other))
        assert len(lanes) == 2 or max(low) < min(high) or max(high) < min(low)


def test_what_two_commits_say_of_each_other_alike_is_one_wire() -> None:
    edge = Edge(commit_id(1), commit_id(2), "same-series", "r", None)
    back = replace(edge, source=edge.target, target=edge.source)
    (drawn,) = wirings(Story(document(edges=(edge, back))))
    assert len(drawn.wires) == 1


def test_a_series_is_drawn_only_where_it_is_asked_for() -> None:
    series = Edge(commit_id(2), commit_id(3), "same-series", "r", None)
    cites = replace(series, source=commit_id(1), kind="cites")
    few, every = wirings(Story(document(edges=(series, cites))))
    assert [w.kind for w in few.wires] == ["cites"]
    assert {b.commit for b in few.boxes} == {commit_id(1), commit_id(3)}
    assert every.series == 1 and len(every.boxes) == 3


# --- call sites


@pytest.mark.parametrize(
    ("path", "name"),
    [
        ("arch/x86/kvm/x86.c", "x86"),
        ("virt/kvm/arm/arm.c", "virt"),
        ("arch/Kconfig", "arch"),
        ("grep.c", "top directory"),
    ],
)
def test_a_site_belongs_to_its_architecture_or_top_directory(path: str, name: str) -> None:
    assert area_name(path) == name


def test_an_area_tells_since_when_none_of_it_calls() -> None:
    (ledger,) = ledgers(Story(small()))
    areas = {a.name: (a.still, a.ceased and a.ceased.id) for a in ledger.areas}
    assert areas == {"x86": (1, None), "kernel": (0, commit_id(3))}
    assert all(0 <= s.start <= s.end for a in ledger.areas for s in a.sites)


# --- words


def test_commits_stand_as_committed_and_those_of_a_second_as_the_events_tell_them() -> None:
    commits = {commit_id(n): commit(n, day="2020-01-01") for n in (1, 2, 3)}
    commits[commit_id(4)] = commit(4, day="2020-01-02", authored="2019-01-01T00:00:00Z")
    rows = tuple(told(f"e{n}", n, ["modified"], "f", "a.c") for n in (2, 3, 1))
    story = Story(document(commits=commits, events=rows))
    assert [int(c.id[:8], 16) for c in story.commits] == [4, 2, 3, 1]


def test_a_commit_that_is_only_mentioned_has_what_was_said_of_it() -> None:
    far = about(9, "far away", day="2019-01-01")
    story = Story(document(callers=(callers("f", commits=[far]),)))
    found = story.commit(commit_id(9))
    assert (found.subject, found.date, found.here) == ("far away", "2019-01-01", False)


def test_a_diff_tells_its_lines_apart() -> None:
    diff = "--- a/f.c\n+++ b/f.c\n@@ -1 +1 @@\n-old\n-older\n+new\x1b\n same\n"
    assert prose.diff_runs(diff) == [
        ("file", ("--- a/f.c", "+++ b/f.c")),
        ("hunk", ("@@ -1 +1 @@",)),
        ("del", ("-old", "-older")),
        ("add", ("+new\\x1b",)),
        ("same", (" same",)),
    ]
    assert prose.weight(diff) == "+1 \N{MINUS SIGN}2"


@given(st.text(), st.integers(2, 40))
def test_what_is_clipped_fits_and_keeps_its_telling_end(text: str, most: int) -> None:
    assert len(clipped(text, most)) <= most
    assert len(clipped_path(text, most)) <= most + 1


def test_a_long_path_keeps_its_file() -> None:
    path = f"{'deep/' * 20}file.c"
    assert clipped_path(path, 24).endswith("/file.c")
    assert clipped_path(path, 24).startswith("…")
    assert clipped_path("a/b.c", 24) == "a/b.c"


@given(st.lists(_lineages(), min_size=1, max_size=3))
def test_the_edges_drawn_are_the_edges_of_the_lineages(lineages: list[Told]) -> None:
    lines = set()
    for one in lineages:
        events = one.lineage.events
        for event_, below in zip(events, one.lineage.below, strict=True):
            ends = [event_, *(events[n] for n in below if n >= 0)]
            newer, *olders = [
                (e.commit, v.path, v.name, v.function.condition)
                for e in ends
                if (v := e.change.new or e.change.old) is not None
            ]
            lines |= {(older, newer) for older in olders if older != newer}
    found = set()
    for descent in descents(Story(document(lineages=lineages))):
        named = [(k.commit, *k.place) for k in descent.knots]
        parts = {n for n, knot in enumerate(descent.knots) if not knot.kinds}
        found |= {(named[a], named[b]) for a, b in descent.edges if b not in parts}
    within = {(a, b) for a, b in found if a[0] == b[0]}  # to a part of the same commit
    assert lines <= found
    assert found - within <= lines
