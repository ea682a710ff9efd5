"""When two commits are one change, by what they change."""

from __future__ import annotations

from minekvm.core.mail.model import FileFacts, Patch
from minekvm.core.ports.copies import copied

FILES = (FileFacts("a.c", "", "", ("kick",)),)


def patch(subject: str, *lines: int, email: str = "a@example.org", seconds: int = 0) -> Patch:
    return Patch("", subject, "", email, seconds, files=FILES, lines=frozenset(lines))


def test_one_subject_and_author_with_most_lines_is_a_copy() -> None:
    assert copied(patch("kick", 1, 2, 3, 4), patch("kick", 1, 2, 3, 5)) is not None


def test_another_subject_needs_nearly_all_lines() -> None:
    assert copied(patch("kick", 1, 2, 3, 4), patch("kick it", 1, 2, 3, 4)) is not None
    assert copied(patch("kick", 1, 2, 3, 4), patch("kick it", 1, 2, 5, 6)) is None


def test_who_takes_a_part_back_is_no_copy() -> None:
    """A fix and a revert share the lines that go."""
    assert copied(patch("kick: once", 1, 2), patch("Revert kick", 1)) is None


def test_the_like_of_another_author_in_few_lines_is_no_copy() -> None:
    assert copied(patch("add a header", 1), patch("add it too", 1, email="b@example.org")) is None
