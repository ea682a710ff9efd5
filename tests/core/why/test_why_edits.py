"""What a commit's changed lines have more or less often since, and what years and months span."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from minekvm.core.why.edits import edit
from minekvm.core.why.occurrence import counted, times
from minekvm.core.why.times import calendar_span

OLD = b"struct queue {\n\tint head;\n};\nvoid f(void)\n{\n\tgo_in();\n\tgo_out();\n}\n"


def test_what_came_and_went_is_counted_in_all_and_in_blocks() -> None:
    new = OLD.replace(b"int head;", b"int head;\n\tint tail;").replace(b"\tgo_in();\n", b"")
    found = edit([(OLD, new)], ["queue", "f"])
    assert (found.net["tail"], found.net["go_in"]) == (1, -1)
    assert found.inner["queue"]["tail"] == 1
    assert found.inner["f"]["go_in"] == -1
    assert "go_in" not in found.inner["queue"]
    assert "go_out" not in found.words


def test_white_space_at_the_ends_of_lines_is_no_change() -> None:
    assert edit([(OLD, OLD.replace(b"\t", b"    "))], ["f"]).words == frozenset()


def test_what_went_to_another_file_neither_came_nor_went() -> None:
    found = edit([(OLD, b""), (b"", OLD)], ["queue", "f"])
    assert (found.net, found.inner) == ({}, {})
    assert found.words == frozenset()


def test_what_moved_from_one_block_to_another_is_seen_in_both() -> None:
    old = b"void f(void)\n{\n\tgo_in();\n}\nvoid g(void)\n{\n\tone();\n}\n"
    new = b"void f(void)\n{\n}\nvoid g(void)\n{\n\tgo_in();\n\tone();\n}\n"
    found = edit([(old, new)], ["f", "g"])
    assert (found.net.get("go_in", 0), found.inner["f"]["go_in"]) == (0, -1)
    assert found.inner["g"]["go_in"] == 1


@pytest.mark.parametrize(
    ("time", "first", "last"),
    [
        ("2013", (2013, 1), (2014, 1)),
        ("2013-07", (2013, 7), (2013, 8)),
        ("2013-12", (2013, 12), (2014, 1)),
    ],
)
def test_a_year_and_a_month_span_their_days(
    time: str, first: tuple[int, int], last: tuple[int, int]
) -> None:
    ends = [int(datetime(*day, 1, tzinfo=UTC).timestamp()) for day in (first, last)]
    assert calendar_span(time) == tuple(ends)


@pytest.mark.parametrize("time", ["", "v5.4", "2013-13", "2013-00", "13", "2013-", "x-1"])
def test_other_words_span_nothing(time: str) -> None:
    assert calendar_span(time) is None or time == "2013-"


@given(st.text("ab_1 \n(é", max_size=40), st.sampled_from(["a", "ab", "_", "b_1", "é", "aé"]))
def test_a_word_is_counted_alone_as_with_all_others(text: str, word: str) -> None:
    source = text.encode()
    assert times(source, word) == counted(source).get(word, 0)


_LINES = st.lists(st.sampled_from(["one", " one", "two", "three", ""]), max_size=6)


@given(_LINES, _LINES, _LINES, _LINES)
def test_what_both_sides_begin_and_end_with_is_no_change(
    head: list[str], was: list[str], now: list[str], tail: list[str]
) -> None:
    def text(middle: list[str]) -> bytes:
        return "\n".join([*head, *middle, *tail]).encode()

    whole, apart = (
        edit([pair], [])
        for pair in ((text(was), text(now)), ("\n".join(was).encode(), "\n".join(now).encode()))
    )
    assert (whole.net, whole.words) == (apart.net, apart.words)
