"""How wide text is on a terminal."""

from __future__ import annotations

from rich.cells import cell_len

from minekvm.render.screen import _ONE_WIDE, Screen


def test_what_is_taken_for_one_column_wide_is() -> None:
    taken = [c for c in map(chr, range(0x3000)) if _ONE_WIDE.fullmatch(c)]
    assert len(taken) > 900
    assert [c for c in taken if cell_len(c) != 1] == []


def test_wide_letters_take_two_columns() -> None:
    screen = Screen()
    screen.encoding = "utf-8"
    assert [screen.cells(text) for text in ("Ä ẽ │", "漢", "e\u0301")] == [5, 2, 1]
