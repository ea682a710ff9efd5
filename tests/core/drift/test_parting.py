"""Where two lineages of one function part."""

from __future__ import annotations

import pytest

from minekvm.core.drift.drift import Step, parting
from minekvm.core.model import CommitId


def line(*pairs: str) -> list[Step]:
    """Steps, newest first, each `commit:text`."""
    return [Step(CommitId(c), t.encode()) for c, _, t in (p.partition(":") for p in pairs)]


@pytest.mark.parametrize(
    ("there", "here", "expected"),
    [
        (line("c:3", "b:2", "a:1"), line("b:2", "a:1"), (("c",), (), ("b", "a"))),
        (line("c:3", "b:2"), line("x:9", "y:2"), (("c",), ("x",), ("b",))),
        (line("b:2", "a:1"), line("x:9", "y:8"), ((), ("x", "y"), ())),
        (line("c:1", "b:2", "a:1"), line("x:1"), ((), (), ("c", "b", "a"))),
        (line("c:4", "c:3", "a:1"), line("x:5", "x:6", "y:1"), (("c",), ("x",), ("a",))),
        ([], line("x:1"), ((), ("x",), ())),
    ],
)
def test_two_lineages_part_at_the_newest_version_in_common(
    there: list[Step], here: list[Step], expected: tuple[tuple[str, ...], ...]
) -> None:
    assert tuple(parting(there, here)) == expected
