"""The parts that documents are made of."""

from __future__ import annotations

import pytest

from minekvm.render.document import Quote

COMMIT = "87fa7f3e98a1" + "0" * 28


@pytest.mark.parametrize(
    ("commit", "near", "told"),
    [
        (COMMIT, "", "message:3-4 of 87fa7f3e98a1"),
        (COMMIT, COMMIT, "message:3-4"),
        ("", COMMIT, "message:3-4"),  # a mail's, which is of no commit
        ("", "", "message:3-4"),
    ],
)
def test_a_place_names_its_commit_unless_that_goes_without_saying(
    commit: str, near: str, told: str
) -> None:
    assert Quote("words", "message:3-4", commit).at(near) == told
