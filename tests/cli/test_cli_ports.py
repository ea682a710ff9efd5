"""`minekvm ports`: where a change is in, under which hash, and what of its fixes is lacking."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

from support.code import edited, file, function
from support.repos import Repo
from support.running import Ran

Ask = Callable[..., Ran]
STABLE = "S. Table <s@example.org>"


def ports(answer: dict[str, Any]) -> dict[str, tuple[str, str]]:
    """Each ref with the commit that it has the change as, and the rule."""
    return {p["ref"]: (p["commit"], p["rule"].partition(":")[0]) for p in answer["ports"]}


def port(answer: dict[str, Any], ref: str) -> dict[str, Any]:
    (found,) = [p for p in answer["ports"] if p["ref"] == ref]
    return dict(found)


@pytest.fixture
def story(repo: Repo) -> dict[str, str]:
    """A change on main and its fix; four stable branches that took it in different ways."""
    first = file(function("kick"), function("wait"), function("rest"))
    base = repo.commit("kvm: begin", {"a.c": first, "b.c": file(function("far"))})
    other = repo.commit("kvm: more", {"b.c": file(edited("far"))})
    change = repo.commit(
        "kvm: kick twice", {"a.c": file(edited("kick"), edited("wait"), function("rest"))}
    )
    said = f'kvm: kick no more than twice\n\nFixes: {change[:12]} ("kvm: kick twice")\n'
    new = file(edited("kick", by="two"), edited("wait"), function("rest"))
    fix = repo.commit(said, {"a.c": new})
    repo.branch("trunk")
    repo.tag("v1.9", base)
    repo.tag("v1.10-rc1", other)
    repo.tag("v1.10", change)
    repo.tag("v1.11", fix)

    said = f"kvm: kick twice\n\ncommit {change} upstream.\n"
    stated = repo.commit(said, {"a.c": file(edited("kick"), function("wait"))}, on=base)
    repo.branch("stated")
    equal = repo.commit(
        "kvm: kick twice",
        {"a.c": file(edited("kick"), edited("wait"), function("rest"))},
        on=base,
        author=STABLE,
    )
    repo.branch("equal")
    near = file(edited("kick"), edited("wait"), function("rest", more="\tn--;\n"))
    alike = repo.commit("kvm: kick twice", {"a.c": near}, on=base)
    repo.branch("alike")
    undone = repo.commit(
        f'Revert "kvm: kick twice"\n\nThis reverts commit {equal}.\n', {"a.c": first}, on=equal
    )
    repo.branch("undone")
    repo.branch("main", base)
    return {
        **{"base": base, "change": change, "fix": fix, "stated": stated},
        **{"equal": equal, "alike": alike, "undone": undone},
    }


def test_each_branch_has_it_by_the_surest_rule(story: dict[str, str], minekvm: Ask) -> None:
    told = minekvm("ports", "--json", story["change"]).json
    assert (told["schema"], told["commit"]) == ("minekvm.ports/1", story["change"])
    found = ports(told)
    assert found["trunk"] == (story["change"], "hash")
    assert found["stated"] == (story["stated"], "upstream trailer")
    assert found["equal"] == (story["equal"], "patch-id")
    assert found["alike"] == (story["alike"], "alike")
    assert "main" not in found
    scores = {p["ref"]: p["score"] for p in told["ports"]}
    assert scores["trunk"] == 1.0 > scores["equal"] > scores["alike"] > 0.5


def test_tags_are_ranges_in_the_order_of_versions(story: dict[str, str], minekvm: Ask) -> None:
    found = ports(minekvm("ports", "--json", story["change"]).json)
    assert [ref for ref in found if ref.startswith("v")] == ["v1.10..v1.11"]


def test_a_port_without_the_fix_lacks_it(story: dict[str, str], minekvm: Ask) -> None:
    told = minekvm("ports", "--json", story["change"]).json
    assert port(told, "trunk")["lacks"] == []
    assert port(told, "stated")["lacks"] == [story["fix"]]
    assert (story["fix"], "fixes") in [(f["commit"], f["kind"]) for f in told["followers"]]


def test_a_branch_that_took_it_back_says_so(story: dict[str, str], minekvm: Ask) -> None:
    told = minekvm("ports", "--json", story["change"]).json
    assert port(told, "undone")["reverted"] == story["undone"]
    assert port(told, "undone")["lacks"] == []
    assert port(told, "equal")["reverted"] is None


def test_what_a_backport_does_otherwise_is_told(story: dict[str, str], minekvm: Ask) -> None:
    told = minekvm("ports", "--json", story["change"]).json
    assert port(told, "equal")["differs"] == []
    functions = {d["function"] for d in port(told, "stated")["differs"]}
    assert "wait" in functions
    assert "kick" not in functions


def test_from_a_backport_the_others_are_found(story: dict[str, str], minekvm: Ask) -> None:
    found = ports(minekvm("ports", "--json", story["stated"]).json)
    assert found["stated"] == (story["stated"], "hash")
    assert found["trunk"] == (story["change"], "upstream trailer")


def test_more_of_the_same_on_one_branch_is_no_copy(repo: Repo, minekvm: Ask) -> None:
    """A second patch of one subject that changes much the same lines came after the first."""
    repo.commit("kvm: begin", {"a.c": file(function("kick"))})
    first = repo.commit("kvm: tidy", {"a.c": file(edited("kick", by="one"))})
    both = file(function("kick", more="\tvcpu->edited_one++;\n\tvcpu->edited_two++;\n"))
    second = repo.commit("kvm: tidy", {"a.c": both})
    told = minekvm("ports", "--json", first).json
    assert [i["commit"] for i in told["instances"]] == [first]
    assert second not in str(told)


def test_a_change_on_no_ref_is_a_gap(repo: Repo, minekvm: Ask) -> None:
    base = repo.commit("kvm: begin", {"a.c": file(function("kick"))})
    lost = repo.commit("kvm: lost", {"a.c": file(edited("kick"))})
    repo.branch("main", base)
    told = minekvm("ports", "--json", lost).json
    assert told["ports"] == []
    assert any("no branch and no tag" in g["why"] for g in told["gaps"])


@pytest.mark.parametrize("form", ["terminal", "md"])
def test_the_answer_names_refs_and_fixes(story: dict[str, str], minekvm: Ask, form: str) -> None:
    out = minekvm("ports", "--format", form, story["change"]).out
    for word in ("trunk", "v1.10..v1.11", story["stated"][:12], story["fix"][:12], "lacks"):
        assert word in out
