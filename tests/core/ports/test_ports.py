"""Ranges of tags, and what a place lacks of what came after a change."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from minekvm.core.model import CommitId
from minekvm.core.ports.followers import lacking
from minekvm.core.ports.model import Follower, Instance
from minekvm.core.ports.refs import branches, ranges, version_key

ORDER = ["v2.9", "v2.10-rc1", "v2.10-rc2", "v2.10-rc10", "v2.10", "v2.10.1", "v2.11", "v3"]


def test_versions_are_ordered_as_people_count() -> None:
    assert sorted(sorted(ORDER), key=version_key) == ORDER


def tags(*names: str) -> list[str]:
    return [f"refs/tags/{name}" for name in names]


def test_a_run_ends_where_the_change_is_not() -> None:
    having = dict.fromkeys(tags("v1.1", "v1.2", "v1.4"), "a")
    found = list(ranges(tags("v1.4", "v1.2", "v1.10", "v1.1", "v1.3"), having))
    assert found == [("refs/tags/v1.1", "refs/tags/v1.2"), ("refs/tags/v1.4", "refs/tags/v1.4")]


def test_a_run_ends_where_another_commit_is_it() -> None:
    having = {"refs/tags/v1": "a", "refs/tags/v2": "b", "refs/tags/v3": "b"}
    assert [last for _, last in ranges(having, having)] == ["refs/tags/v1", "refs/tags/v3"]


def test_families_of_tags_are_ordered_apart() -> None:
    having = dict.fromkeys(tags("v1", "v3", "x86-1", "x86-2"), "a")
    found = [
        (a.removeprefix("refs/tags/"), b.removeprefix("refs/tags/"))
        for a, b in ranges([*having, *tags("v2")], having)
    ]
    assert found == [("v1", "v1"), ("v3", "v3"), ("x86-1", "x86-2")]


@given(st.lists(st.integers(0, 40), unique=True), st.sets(st.integers(0, 40)))
def test_runs_hold_all_that_have_it_and_nothing_else(there: list[int], wanted: set[int]) -> None:
    having = {f"refs/tags/v{n}": "a" for n in there if n in wanted}
    found = list(ranges([f"refs/tags/v{n}" for n in there], having))
    numbers = [[int(ref.removeprefix("refs/tags/v")) for ref in run] for run in found]
    inside = {n for n in there for first, last in numbers if first <= n <= last}
    assert inside == {n for n in there if n in wanted}


def test_branches_of_the_clone_come_first() -> None:
    refs = ["refs/remotes/o/HEAD", "refs/remotes/o/a", "refs/tags/v1", "refs/heads/b", "HEAD"]
    assert branches(refs) == ["HEAD", "refs/heads/b", "refs/remotes/o/a"]


def one(name: str) -> Instance:
    return Instance(CommitId(name), "hash", 1.0)


def follower(name: str, of: str, kind: str = "fixes") -> Follower:
    return Follower(CommitId(name), CommitId(of), kind, (one(name),))


CHANGE = (one("change"),)


def lacks(*later: Follower, there: str = "") -> list[str]:
    has = {CommitId(name): CommitId(name) for name in there.split()}
    return list(lacking(CHANGE, later, has, {CommitId("change")})[0])


def test_a_fix_of_a_lacking_fix_is_lacking_too() -> None:
    later = follower("fix", "change"), follower("again", "fix")
    assert lacks(*later) == ["fix", "again"]
    assert lacks(*later, there="fix") == ["again"]
    assert lacks(*later, there="fix again") == []


def test_a_fix_that_was_taken_back_is_not_lacking() -> None:
    later = follower("fix", "change"), follower("back", "fix", "reverts")
    assert lacks(*later) == []
    assert lacks(*later, there="fix") == ["back"]


def test_where_the_change_is_reverted_nothing_is_lacking() -> None:
    later = follower("fix", "change"), follower("undo", "change", "reverts")
    has = {CommitId("undo"): CommitId("undo")}
    assert lacking(CHANGE, later, has, {CommitId("change")}) == ((), "undo")
    assert lacks(*later) == ["fix", "undo"]


def test_the_revert_of_another_place_s_copy_binds_nobody_else() -> None:
    copies = *CHANGE, one("copy")
    later = (follower("undo", "copy", "reverts"),)
    assert lacking(copies, later, {}, {CommitId("change")}) == ((), None)
    assert lacking(copies, later, {}, {CommitId("change"), CommitId("copy")}) == (("undo",), None)
