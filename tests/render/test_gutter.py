"""The lanes: which event follows which, and how that is drawn."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from minekvm.core.model import CUT
from minekvm.render.graph import ASCII, UNICODE, Links, Strokes, draw


def drawn(heads: list[list[int]], downs: list[list[int]], strokes: Strokes = UNICODE) -> list[str]:
    mark = "●" if strokes is UNICODE else "*"
    drawing = draw(Links(heads, downs), [mark] * len(downs), strokes)
    rows = [line for row in [*drawing.heads, *drawing.rows] for line in (row.at, *row.below)]
    assert len({len(row) for row in rows}) <= 1
    return [row.rstrip() for row in rows]


def test_one_line_is_one_lane() -> None:
    assert drawn([[0]], [[1], [2], []]) == ["○", "●", "●", "●"]


def test_a_line_that_parts_and_joins_again() -> None:
    assert drawn([[0]], [[1, 2], [3], [3], []]) == [
        "○",
        "●",
        "├─╮",
        "● │",
        "│ ●",
        "├─╯",
        "●",
    ]


def test_the_same_in_ascii() -> None:
    assert drawn([[0]], [[1, 2], [3], [3], []], ASCII) == [
        "o",
        "*",
        "|-.",
        "* |",
        "| *",
        "|-'",
        "*",
    ]


def test_two_variants_from_the_top() -> None:
    assert drawn([[0], [1]], [[2], [2], []]) == ["○", "│ ○", "● │", "│ ●", "├─╯", "●"]


def test_a_join_crosses_the_lane_between() -> None:
    assert drawn([[0], [1], [2]], [[3], [4], [3], [5], [5], []]) == [
        "○",
        "│ ○",
        "│ │ ○",
        "● │ │",
        "│ ● │",
        "│ │ ●",
        "├─┼─╯",
        "● │",
        "│ ●",
        "├─╯",
        "●",
    ]


def test_the_last_lane_left_moves_to_the_margin() -> None:
    assert drawn([[0], [1]], [[], [2], []]) == ["○", "│ ○", "● │", "╭─╯", "●", "●"]


def test_a_lane_that_also_leads_into_another() -> None:
    assert drawn([[0], [1]], [[2], [2, 3], [], []]) == [
        "○",
        "│ ○",
        "● │",
        "│ ●",
        "├─┤",
        "● │",
        "╭─╯",
        "●",
    ]


def test_three_ancestors() -> None:
    assert drawn([], [[1, 2, 3], [], [], []]) == [
        "●",
        "├─╮",
        "├─┼─╮",
        "● │ │",
        "  ● │",
        "╭───╯",
        "●",
    ]


def test_history_that_is_not_shown_is_dotted() -> None:
    assert drawn([[0]], [[CUT]]) == ["○", "●", "┊"]


def test_a_definition_without_events_ends_at_once() -> None:
    assert drawn([[], [0]], [[]]) == ["○", "○", "●"]


def test_the_lines_beside_an_event_show_what_goes_on() -> None:
    drawing = draw(Links([[0], [1]], [[2], [], []]), "●●●")
    assert [row.beside for row in drawing.rows] == ["│ │ ", "│   ", "    "]


@given(st.data())
def test_every_graph_is_drawn_with_its_marks_once(data: st.DataObject) -> None:
    count = data.draw(st.integers(1, 9))
    downs = [
        sorted(data.draw(st.sets(st.integers(i + 1, count - 1), max_size=3)))
        if i + 1 < count
        else []
        for i in range(count)
    ]
    drawing = draw(Links([[0]], downs), "abcdefghi"[:count])
    assert "".join(c for row in drawing.rows for c in row.at if c.isalpha()) == "abcdefghi"[:count]
