"""Lineage ids: what they join, and what not."""

from __future__ import annotations

from minekvm.core.survey.lineages import Lineages, Version

A: Version = ("a.c", "f", "1")
EDITED: Version = ("a.c", "f", "2")
MOVED: Version = ("b.c", "f", "2")
OTHER: Version = ("a.c", "g", "9")
NONE: Version = (None, None, None)


def learnt(*told: tuple[str, str, Version, Version]) -> Lineages:
    found = Lineages()
    for commit, kind, old, new in told:
        found.change(commit, kind, old, new)
    return found


def test_edits_and_moves_join() -> None:
    found = learnt(
        ("c0", "added", NONE, A), ("c1", "modified", A, EDITED), ("c2", "moved", EDITED, MOVED)
    )
    assert len({found.of(v) for v in (A, EDITED, MOVED)}) == 1


def test_a_piece_begins_a_lineage_of_its_own() -> None:
    found = learnt(("c0", "added", NONE, A), ("c1", "extracted", A, OTHER))
    assert found.of(A) != found.of(OTHER)


def test_a_name_that_comes_back_goes_on() -> None:
    found = learnt(
        ("c0", "added", NONE, A), ("c1", "removed", A, NONE), ("c2", "added", NONE, EDITED)
    )
    assert found.of(A) == found.of(EDITED)


def test_a_text_that_no_commit_is_known_to_have_made_goes_on() -> None:
    merged: Version = ("a.c", "f", "m")
    found = learnt(("c0", "added", NONE, A), ("c9", "modified", merged, EDITED))
    assert found.of(A) == found.of(merged) == found.of(EDITED)


def test_what_takes_a_former_name_by_a_move_keeps_its_own() -> None:
    fresh: Version = ("a.c", "f", "7")
    found = learnt(
        ("c0", "added", NONE, A),
        ("c0", "added", NONE, OTHER),
        ("c1", "renamed", A, ("a.c", "old_f", "1")),
        ("c2", "renamed", OTHER, fresh),
    )
    assert found.of(fresh) == found.of(OTHER)


def test_the_id_is_of_the_first_version_and_its_commit() -> None:
    one = learnt(("c0", "added", NONE, A))
    two = learnt(("c0", "added", NONE, A), ("c1", "modified", A, EDITED))
    assert one.of(A) == two.of(EDITED)
    assert one.of(A) != learnt(("c5", "added", NONE, A)).of(A)
    assert one.of(("z.c", "f", "1")) is None
