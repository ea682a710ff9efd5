"""What made a commit possible, in small repositories: helpers that it begins to call."""

from __future__ import annotations

import pytest

from minekvm.analyses.origins import Question, origins, ranked
from minekvm.clone import changed_words
from minekvm.clone.clone import open_clone
from minekvm.core.origins.ranking import Origins
from support.repos import Repo

HELPER = "static inline int settle(int n)\n{\n\treturn n + 1;\n}\n"
MACRO = "#define settle(n) ((n) + 1)\n"
BEFORE = "int work(int n)\n{\n\tprepare(n);\n\treturn finish(n);\n}\n"
ADDED = "int work(int n)\n{\n\tprepare(n);\n\tsettle(n);\n\treturn finish(n);\n}\n"
REPLACED = "int work(int n)\n{\n\tprepare(n);\n\treturn settle(n);\n}\n"
OTHER = "int other(int n)\n{\n\treturn n - 1;\n}\n"


def asked(repo: Repo, *, indexed: bool = False) -> Origins:
    with open_clone(repo.path) as clone:
        if indexed:
            commits = changed_words.order(clone.index, clone.shadow, clone.resolve("HEAD"))
            changed_words.take_in(clone.index, clone.shadow, commits)
            return origins(clone, "HEAD", Question(blind=True))
        return ranked(clone, clone.resolve("HEAD"), Question(blind=True))


def rules(repo: Repo, found: Origins) -> dict[str, str]:
    """What is told of helpers, by the subject of the commit."""
    named = {commit: subject for subject, commit in repo.named.items()}
    return {
        named[c.commit]: r.text
        for c in found.candidates
        for r in c.reasons
        if r.rule.startswith("helper")
    }


def first(repo: Repo, found: Origins) -> str:
    named = {commit: subject for subject, commit in repo.named.items()}
    return named[found.candidates[0].commit]


def begun(repo: Repo) -> None:
    repo.commit("import", {"settle.h": "int unused;\n", "core.c": "int n;\n", "other.c": OTHER})
    repo.commit("work: begin", {"core.c": BEFORE})


@pytest.mark.parametrize("indexed", [False, True])
@pytest.mark.parametrize("helper", [HELPER, MACRO])
def test_who_introduced_the_helper_comes_first_where_a_call_is_only_added(
    repo: Repo, helper: str, indexed: bool
) -> None:
    begun(repo)
    repo.commit("settling", {"settle.h": helper})
    repo.commit("other: more", {"other.c": OTHER.replace("1", "2")})
    repo.commit("work: go further", {"core.c": ADDED})
    found = asked(repo, indexed=indexed)
    assert first(repo, found) == "settling"
    assert rules(repo, found) == {
        "settling": "introduced settle(), which this commit begins to call"
    }


def test_the_lines_that_a_fix_removes_come_before_the_helper(repo: Repo) -> None:
    begun(repo)
    repo.commit("settling", {"settle.h": HELPER})
    repo.commit("work: fix the end", {"core.c": REPLACED})
    found = asked(repo)
    assert first(repo, found) == "work: begin"
    assert set(rules(repo, found)) == {"settling"}


def test_who_gave_the_present_name(repo: Repo) -> None:
    begun(repo)
    repo.commit("old name", {"settle.h": HELPER.replace("settle", "calm")})
    repo.commit("new name", {"settle.h": HELPER})
    repo.commit("work: go further", {"core.c": ADDED})
    found = asked(repo)
    assert rules(repo, found) == {
        "new name": "renamed calm() to settle(), which this commit begins to call"
    }


def test_a_helper_of_the_same_commit_is_none(repo: Repo) -> None:
    begun(repo)
    repo.commit("work: go further", {"core.c": ADDED, "settle.h": HELPER})
    assert rules(repo, asked(repo)) == {}


@pytest.mark.parametrize("indexed", [False, True])
def test_a_helper_on_another_branch_is_none(repo: Repo, indexed: bool) -> None:
    begun(repo)
    base = repo.tip
    repo.commit("settling elsewhere", {"settle.h": HELPER}, on=base)
    repo.branch("elsewhere", repo.tip)
    repo.commit("work: go further", {"core.c": ADDED}, on=base)
    assert rules(repo, asked(repo, indexed=indexed)) == {}


def test_a_helper_that_is_called_all_over_is_none(repo: Repo) -> None:
    begun(repo)
    users = {f"user{n}.c": ADDED.replace("work", f"work{n}") for n in range(20)}
    repo.commit("settling", {"settle.h": HELPER, **users})
    repo.commit("work: go further", {"core.c": ADDED})
    assert rules(repo, asked(repo)) == {}


def test_a_call_that_only_moves_within_the_function_begins_nothing(repo: Repo) -> None:
    begun(repo)
    repo.commit("settling", {"settle.h": HELPER, "core.c": ADDED})
    repo.commit(
        "work: later",
        {"core.c": ADDED.replace("\tprepare(n);\n\tsettle(n);", "\tsettle(n);\n\tprepare(n);")},
    )
    assert rules(repo, asked(repo)) == {}


def calling(name: str, *calls: str) -> str:
    return f"void {name}(void)\n{{\n" + "".join(f"\t{c}();\n" for c in calls) + "}\n\n"


def moving(repo: Repo, *, freed: bool) -> Origins:
    """A call moves from behind a region to a place that `freed` took out of it before."""
    inside = calling("step", "load", "enter_it", "store")
    outer = calling("run", "guest_enter", "step", "guest_exit", "trace_it")
    repo.commit("import", {"core.c": inside + outer, "other.c": OTHER})
    repo.commit("other: more", {"other.c": OTHER.replace("1", "2")})
    if freed:
        inside = calling("step", "load", "guest_enter", "enter_it", "guest_exit", "store")
        outer = calling("run", "step", "trace_it")
        repo.commit("narrow the region", {"core.c": inside + outer})
    after = inside.replace("\tstore();", "\tstore();\n\ttrace_it();")
    repo.commit("trace: earlier", {"core.c": after + outer.replace("\ttrace_it();\n", "")})
    with open_clone(repo.path) as clone:
        return origins(clone, "HEAD", Question(blind=True))


def regions(found: Origins) -> list[str]:
    return [r.text for c in found.candidates for r in c.reasons if r.rule == "region"]


def test_who_moved_the_region_that_makes_a_move_of_a_call_legal(repo: Repo) -> None:
    found = moving(repo, freed=True)
    assert first(repo, found) == "narrow the region"
    (text,) = regions(found)
    assert text == (
        "moved the region from guest_enter() to guest_exit(): the place in step() lay inside it"
        " before and lies outside since, as trace_it() itself did before the move"
    )


def test_a_move_into_a_region_has_no_mover_of_it(repo: Repo) -> None:
    assert regions(moving(repo, freed=False)) == []


def test_what_is_cited_on_another_branch_is_no_origin(repo: Repo) -> None:
    begun(repo)
    base = repo.tip
    aside = repo.commit("settling elsewhere", {"settle.h": HELPER}, on=base)
    repo.branch("elsewhere", aside)
    tip = repo.commit(
        f'work: go on\n\nFixes: {aside[:12]} ("settling elsewhere")\n', {"core.c": ADDED}, on=base
    )
    repo.branch("master", tip)
    with open_clone(repo.path) as clone:
        clone.update()
        found = origins(clone, tip)
    assert aside not in [c.commit for c in found.candidates]
    assert f"commit {aside[:12]}" in [g.what for g in found.gaps]
