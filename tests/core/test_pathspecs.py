"""Which paths a scope names."""

from __future__ import annotations

import pytest

from minekvm.core.pathspecs import within


@pytest.mark.parametrize(
    ("path", "scope", "inside"),
    [
        ("a/b.c", [], True),
        ("a/b.c", ["a"], True),
        ("a/b.c", ["a/"], True),
        ("a/b.c", ["./a"], True),
        ("a/b.c", ["a/b.c"], True),
        ("ab/b.c", ["a"], False),
        ("a/x/b.c", ["a/*.c"], True),
        ("a/x/b.h", ["a/*.c"], False),
        ("a/b.c", ["z", "a"], True),
        ("a/b.c", ["."], True),
        ("a/b.c", [":!a"], False),
        ("z/b.c", [":!a"], True),
        ("a/x/b.c", ["a", ":(exclude)a/x"], False),
        ("a/y/b.c", ["a", ":^a/x"], True),
    ],
)
def test_within(path: str, scope: list[str], inside: bool) -> None:
    assert within(path, scope) is inside
