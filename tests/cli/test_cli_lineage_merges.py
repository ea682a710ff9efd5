"""Branches and what joins them: a merge is an event only where it did more than join."""

from __future__ import annotations

from collections.abc import Callable

from support.code import edited, file, function
from support.repos import Repo

Told = Callable[..., list[str]]


def both(name: str) -> str:
    """The definition with an edit at either end: what a clean merge of two edits gives."""
    return edited(name, by="back").replace("{\n", "{\n\tvcpu->front = n;\n", 1)


def front(name: str) -> str:
    return function(name).replace("{\n", "{\n\tvcpu->front = n;\n", 1)


def back(name: str) -> str:
    return edited(name, by="back")


def test_the_same_change_on_two_branches(repo: Repo, told: Told) -> None:
    start = repo.commit("start", {"a.c": file(function("f"), function("g"), function("h"))})
    left = repo.commit("left", {"a.c": file(back("f"), back("g"), function("h"))}, on=start)
    right = repo.commit("right", {"a.c": file(back("f"), function("g"), back("h"))}, on=start)
    repo.commit("merge", {"a.c": file(back("f"), back("g"), back("h"))}, on=(left, right))
    assert told("f") == [
        "right: modified a.c:f > a.c:f",
        "left: modified a.c:f > a.c:f",
        "start: introduced - > a.c:f",
    ]


def test_a_clean_merge_of_both_sides_edits(repo: Repo, told: Told) -> None:
    start = repo.commit("start", {"a.c": file(function("f"))})
    left = repo.commit("left", {"a.c": file(front("f"))}, on=start)
    right = repo.commit("right", {"a.c": file(back("f"))}, on=start)
    repo.commit("merge", {"a.c": file(both("f"))}, on=(left, right))
    assert told("f") == [
        "right: modified a.c:f > a.c:f",
        "left: modified a.c:f > a.c:f",
        "start: introduced - > a.c:f",
    ]


def test_one_side_edits_and_the_other_edits_elsewhere(repo: Repo, told: Told) -> None:
    start = repo.commit("start", {"a.c": file(function("f"), function("g"))})
    left = repo.commit("left", {"a.c": file(front("f"), function("g"))}, on=start)
    right = repo.commit("right", {"a.c": file(function("f"), back("g"))}, on=start)
    repo.commit("merge", {"a.c": file(front("f"), back("g"))}, on=(left, right))
    assert told("f") == ["left: modified a.c:f > a.c:f", "start: introduced - > a.c:f"]


def test_an_evil_merge_is_an_event_for_each_parent(repo: Repo, told: Told) -> None:
    start = repo.commit("start", {"a.c": file(function("f"))})
    left = repo.commit("left", {"a.c": file(front("f"))}, on=start)
    right = repo.commit("right", {"a.c": file(back("f"))}, on=start)
    evil = both("f").replace("return n;", "return vcpu->by_hand;")
    repo.commit("evil", {"a.c": file(evil)}, on=(left, right))
    assert told("f") == [
        "evil: modified a.c:f > a.c:f",
        "evil: modified a.c:f > a.c:f",
        "right: modified a.c:f > a.c:f",
        "left: modified a.c:f > a.c:f",
        "start: introduced - > a.c:f",
    ]


def test_an_evil_merge_names_its_parents(repo: Repo, minekvm: Callable[..., object]) -> None:
    start = repo.commit("start", {"a.c": file(function("f"), function("g"))})
    left = repo.commit("left", {"a.c": file(function("f"), back("g"))}, on=start)
    right = repo.commit("right", {"a.c": file(function("f"), front("g"))}, on=start)
    repo.commit("evil", {"a.c": file(back("f"), both("g"))}, on=(left, right))
    answer = minekvm("lineage", "f", "--json").json  # type: ignore[attr-defined]
    parents = [e["parent"] for e in answer["events"] if e["subject"] == "evil"]
    assert parents == [left, right]


def test_an_evil_merge_with_one_side_unchanged(repo: Repo, told: Told) -> None:
    start = repo.commit("start", {"a.c": file(function("f"), function("g"))})
    left = repo.commit("left", {"a.c": file(function("f"), back("g"))}, on=start)
    right = repo.commit("right", {"b.c": file(function("h"))}, on=start)
    by_hand = {"a.c": file(edited("f", by="hand"), back("g")), "b.c": file(function("h"))}
    repo.commit("evil", by_hand, on=(left, right))
    story = told("f")
    assert story[-1] == "start: introduced - > a.c:f"
    assert set(story[:-1]) == {"evil: modified a.c:f > a.c:f"}
    assert told("h") == ["right: introduced - > b.c:h"]


def test_a_merge_that_drops_one_sides_edit(repo: Repo, told: Told) -> None:
    start = repo.commit("start", {"a.c": file(function("f"), function("g"))})
    left = repo.commit("left", {"a.c": file(front("f"), function("g"))}, on=start)
    right = repo.commit("right", {"a.c": file(function("f"), back("g"))}, on=start)
    repo.commit("ours", {"a.c": file(function("f"), back("g"))}, on=(left, right))
    story = told("f")
    assert story[-1] == "start: introduced - > a.c:f"


def test_an_octopus(repo: Repo, told: Told) -> None:
    rest = {n: function(n) for n in "fgh"}
    start = repo.commit("start", {"a.c": file(*rest.values())})
    tips = [
        repo.commit(f"tip-{n}", {"a.c": file(*(rest | {n: back(n)}).values())}, on=start)
        for n in "fgh"
    ]
    repo.commit("octopus", {"a.c": file(*map(back, "fgh"))}, on=tips)
    for name in "fgh":
        assert told(name) == [
            f"tip-{name}: modified a.c:{name} > a.c:{name}",
            f"start: introduced - > a.c:{name}",
        ]


def test_an_evil_octopus(repo: Repo, told: Told) -> None:
    rest = {n: function(n) for n in "gh"}
    start = repo.commit("start", {"a.c": file(function("f"), *rest.values())})
    trees = {n: file(function("f"), *(rest | {n: back(n)}).values()) for n in "gh"}
    tips = [repo.commit(f"tip-{n}", {"a.c": tree}, on=start) for n, tree in trees.items()]
    tips.append(repo.commit("tip-b", {"b.c": file(function("b"))}, on=start))
    repo.commit("octopus", {"a.c": file(back("f"), back("g"), back("h"))}, on=tips)
    story = told("f")
    assert story[-1] == "start: introduced - > a.c:f"
    assert set(story[:-1]) == {"octopus: modified a.c:f > a.c:f"}
    assert len(story) >= 3


def test_a_rename_on_one_side_and_an_edit_on_the_other(repo: Repo, told: Told) -> None:
    start = repo.commit("start", {"a.c": file(function("f"), function("g"))})
    left = repo.commit("rename", {"a.c": file(function("fresh", "f"), function("g"))}, on=start)
    right = repo.commit("edit", {"a.c": file(edited("f"), function("g"))}, on=start)
    repo.commit("merge", {"a.c": file(edited("fresh", "f"), function("g"))}, on=(left, right))
    story = told("fresh")
    assert "rename: renamed a.c:f > a.c:fresh" in story
    assert "edit: modified a.c:f > a.c:f" in story
    assert story[-1] == "start: introduced - > a.c:f"


def test_a_file_rename_on_one_side_and_an_edit_on_the_other(repo: Repo, told: Told) -> None:
    rest = [function(n) for n in "ghij"]
    start = repo.commit("start", {"a.c": file(function("f"), *rest)})
    left = repo.commit("rename", {"a.c": None, "b.c": file(function("f"), *rest)}, on=start)
    right = repo.commit("edit", {"a.c": file(edited("f"), *rest)}, on=start)
    repo.commit("merge", {"b.c": file(edited("f"), *rest)}, on=(left, right))
    story = told("f")
    assert "rename: file-renamed a.c:f > b.c:f" in story
    assert "edit: modified a.c:f > a.c:f" in story
    assert story[-1] == "start: introduced - > a.c:f"


def test_two_roots_joined(repo: Repo, told: Told) -> None:
    one = repo.commit("one", {"a.c": file(function("f"))}, on=())
    two = repo.commit("two", {"b.c": file(function("g"))}, on=())
    repo.commit("join", {"b.c": file(function("g"))}, on=(one, two))
    repo.commit("edit", {"b.c": file(edited("g"))})
    assert told("f") == ["one: introduced - > a.c:f"]
    assert told("g") == ["edit: modified b.c:g > b.c:g", "two: introduced - > b.c:g"]


def test_two_roots_with_the_same_file(repo: Repo, told: Told) -> None:
    one = repo.commit("one", {"a.c": file(function("f"), function("g"))}, on=())
    two = repo.commit("two", {"a.c": file(function("f"), function("h"))}, on=())
    repo.commit("join", {"a.c": file(*map(function, "fgh"))}, on=(one, two))
    assert told("f") == ["two: introduced - > a.c:f", "one: introduced - > a.c:f"]
    assert told("g") == ["one: introduced - > a.c:g"]
    assert told("h") == ["two: introduced - > a.c:h"]


def test_a_criss_cross(repo: Repo, told: Told) -> None:
    start = repo.commit("start", {"a.c": file(function("f"), function("g"))})
    left = repo.commit("left", {"a.c": file(front("f"), function("g"))}, on=start)
    right = repo.commit("right", {"a.c": file(back("f"), function("g"))}, on=start)
    joined = {"a.c": file(both("f"), function("g"))}
    cross = repo.commit("cross-left", joined, on=(left, right))
    other = repo.commit("cross-right", joined, on=(right, left))
    last = both("f").replace("vcpu->front = n", "vcpu->front = n + 1")
    repo.commit("on-left", {"a.c": file(last, function("g"))}, on=cross)
    left = repo.tip
    repo.commit("on-right", {"a.c": file(both("f"), edited("g"))}, on=other)
    repo.commit("merge", {"a.c": file(last, edited("g"))}, on=(left, repo.tip))
    assert told("f") == [
        "on-left: modified a.c:f > a.c:f",
        "right: modified a.c:f > a.c:f",
        "left: modified a.c:f > a.c:f",
        "start: introduced - > a.c:f",
    ]


def test_removed_on_one_side_and_kept_by_the_merge(repo: Repo, told: Told) -> None:
    start = repo.commit("start", {"a.c": file(function("f"), function("g"))})
    left = repo.commit("drop", {"a.c": file(function("g"))}, on=start)
    right = repo.commit("keep", {"a.c": file(edited("f"), function("g"))}, on=start)
    repo.commit("merge", {"a.c": file(edited("f"), function("g"))}, on=(left, right))
    assert told("f") == ["keep: modified a.c:f > a.c:f", "start: introduced - > a.c:f"]


def test_removed_on_one_side_and_gone_with_the_merge(repo: Repo, told: Told) -> None:
    start = repo.commit("start", {"a.c": file(function("f"), function("g"))})
    left = repo.commit("drop", {"a.c": file(function("g"))}, on=start)
    right = repo.commit("other", {"a.c": file(function("f"), edited("g"))}, on=start)
    repo.commit("merge", {"a.c": file(edited("g"))}, on=(left, right))
    assert told("f") == ["drop: removed a.c:f > -", "start: introduced - > a.c:f"]


def test_first_ancestor_takes_one_side(repo: Repo, told: Told) -> None:
    start = repo.commit("start", {"a.c": file(function("f"))})
    left = repo.commit("left", {"a.c": file(front("f"))}, on=start)
    right = repo.commit("right", {"a.c": file(back("f"))}, on=start)
    repo.commit("merge", {"a.c": file(both("f"))}, on=(left, right))
    assert told("f", "--first-ancestor") == [
        "left: modified a.c:f > a.c:f",
        "start: introduced - > a.c:f",
    ]


def test_born_in_an_evil_merge(repo: Repo, told: Told) -> None:
    start = repo.commit("start", {"a.c": file(function("g"))})
    left = repo.commit("left", {"a.c": file(front("g"))}, on=start)
    right = repo.commit("right", {"a.c": file(back("g"))}, on=start)
    repo.commit("evil", {"a.c": file(both("g"), function("f"))}, on=(left, right))
    assert set(told("f")) == {"evil: introduced - > a.c:f"}


def test_lived_only_on_a_side_that_the_merge_did_not_take(repo: Repo, told: Told) -> None:
    start = repo.commit("start", {"a.c": file(function("g"))})
    left = repo.commit("left", {"a.c": file(edited("g"))}, on=start)
    right = repo.commit("right", {"b.c": file(function("f"))}, on=start)
    repo.commit("ours", {}, on=(left, right))
    assert told("f")[-1] == "right: introduced - > b.c:f"


def test_the_same_change_on_two_branches_and_nothing_else(repo: Repo, told: Told) -> None:
    start = repo.commit("start", {"a.c": file(function("f"))})
    left = repo.commit("left", {"a.c": file(edited("f"))}, on=start)
    right = repo.commit("right", {"a.c": file(edited("f"))}, on=start)
    repo.commit("join", {}, on=(left, right))
    assert sorted(told("f")) == [
        "left: modified a.c:f > a.c:f",
        "right: modified a.c:f > a.c:f",
        "start: introduced - > a.c:f",
    ]
