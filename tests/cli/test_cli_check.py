"""`minekvm check`: what speaks against a change, with the exit code that a forge reads."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from support import schemas
from support.repos import Repo, git
from support.running import Ran, assert_clear

Ask = Callable[..., Ran]


def f(name: str, *body: str, head: str = "void {}(struct dev *d)") -> str:
    return head.format(name) + "\n{\n" + "".join(f"\t{line}\n" for line in body) + "}\n"


def checked(ran: Ran, code: int = 3) -> Any:
    assert ran.code == code, ran.err
    found = json.loads(ran.out)
    assert schemas.mistakes(found) == []
    return found


def findings(answer: Any, rule: str = "") -> list[dict[str, Any]]:
    return [f for f in answer["findings"] if rule in ("", f["rule"])]


@pytest.fixture
def rules(tmp_path: Path) -> str:
    file = tmp_path / "rules.toml"
    file.write_text(
        'title = "rules"\n[[region]]\nenter = "spin_lock"\nexit = "spin_unlock"\n'
        'forbid = "msleep"\nreason = "it must not sleep"\n'
    )
    return str(file)


LOCKED = ("spin_lock(&d->lock);", "work(d);", "spin_unlock(&d->lock);")


def test_nothing_found_ends_with_0(repo: Repo, minekvm: Ask) -> None:
    repo.commit("begin", {"a.c": f("run", "work(d);")})
    repo.commit("more", {"a.c": f("run", "work(d);", "rest(d);")})
    told = checked(minekvm("check", "--json", "HEAD"), 0)
    assert told["findings"] == []
    assert [(r["kind"], r["new"]["name"]) for r in told["functions"]] == [("modified", "run")]


def test_a_forbidden_call_is_an_error_at_its_line(repo: Repo, minekvm: Ask, rules: str) -> None:
    repo.commit("begin", {"a.c": f("run", *LOCKED)})
    repo.commit("wait", {"a.c": f("run", LOCKED[0], "msleep(1);", *LOCKED[1:])})
    told = checked(minekvm("check", "--json", "--rules", rules, "HEAD"))
    (found,) = findings(told)
    assert (found["rule"], found["severity"]) == ("forbidden-call", "error")
    assert (found["path"], found["line"]) == ("a.c", 4)
    for word in ("msleep()", "spin_lock()", "it must not sleep", "rules.toml"):
        assert word in found["text"]


def test_outside_of_the_region_it_may_stand(repo: Repo, minekvm: Ask, rules: str) -> None:
    repo.commit("begin", {"a.c": f("run", *LOCKED)})
    repo.commit("wait", {"a.c": f("run", *LOCKED, "msleep(1);")})
    checked(minekvm("check", "--json", "--rules", rules, "HEAD"), 0)


def test_calls_that_leave_a_region_are_told_together(repo: Repo, minekvm: Ask) -> None:
    repo.commit("begin", {"a.c": f("run", LOCKED[0], "one(d);", "two(d);", *LOCKED[1:])})
    repo.commit("less", {"a.c": f("run", "one(d);", "two(d);", *LOCKED)})
    (found,) = findings(checked(minekvm("check", "--json", "HEAD")))
    assert (found["rule"], found["severity"]) == ("region", "warning")
    assert (
        "one(), two() went out of the region from spin_lock(&d->lock) to spin_unlock(&d->lock)"
        in found["text"]
    )


def test_a_fix_that_is_undone_is_told_with_its_words(repo: Repo, minekvm: Ask) -> None:
    bug = repo.commit("add run", {"a.c": f("run", "work(d);", "rest(d);")})
    said = f'check the device first\n\nIt may be gone.\n\nFixes: {bug[:12]} ("add run")\n'
    guarded = f("run", "if (device_is_gone(d->device))", "\treturn;", "work(d);", "rest(d);")
    fix = repo.commit(said, {"a.c": guarded})
    repo.commit("tidy", {"a.c": f("run", "work(d);", "rest(d);")})
    told = checked(minekvm("check", "--json", "HEAD"))
    (found,) = findings(told, "undoes-fix")
    assert fix[:12] in found["text"]
    assert "Fixes:" in found["citations"][0]["quote"]
    (behind,) = told["history"]
    assert behind["function"] == "run"
    assert (behind["wrote"][0]["commit"], behind["wrote"][0]["mends"]) == (fix, "fixes")


def test_a_caller_that_no_longer_fits_is_an_error(repo: Repo, minekvm: Ask) -> None:
    header = "static inline int sum(int a)\n{\n\treturn a;\n}\n"
    user = "int use(void)\n{\n\treturn sum(1);\n}\n"
    repo.commit("begin", {"a.h": header, "b.c": user})
    wide = "static inline int sum(int a, int b)\n{\n\treturn a + b;\n}\n"
    repo.commit("widen", {"a.h": wide})
    told = checked(minekvm("check", "--json", "HEAD"))
    (found,) = findings(told, "caller")
    assert (found["path"], found["line"]) == ("b.c", 3)
    assert "use() calls sum() with 1 arguments; it takes 2 since" in found["text"]
    assert [(c["callee"], c["function"]) for c in told["callers"]] == [("sum", "use")]


def test_the_sibling_with_the_old_form_is_told(repo: Repo, minekvm: Ask) -> None:
    old = "d->deadline = read_clock(d->host) + d->offset;"
    one, two = f("arm_run", old, "work(d);"), f("x86_run", old, "rest(d);")
    repo.commit("begin", {"arch/arm/run.c": one, "arch/x86/run.c": two})
    new = "d->deadline = scale(read_clock(d->host)) + d->offset;"
    repo.commit("x86: scale", {"arch/x86/run.c": f("x86_run", new, "rest(d);")})
    (found,) = findings(checked(minekvm("check", "--json", "HEAD")), "mirror")
    assert (found["path"], found["line"]) == ("arch/arm/run.c", 3)
    assert "arm_run()" in found["text"]


# --- where it is to go


@pytest.fixture
def moved(repo: Repo, tmp_path: Path) -> dict[str, str]:
    """The lock was around all, then around the work alone; the patch sleeps before it."""
    old = repo.commit("begin", {"a.c": f("run", LOCKED[0], "one(d);", *LOCKED[1:])})
    repo.branch("old", old)
    new = repo.commit("lock less", {"a.c": f("run", "one(d);", *LOCKED)})
    body = f("one", "msleep(1);") + f("run", "one(d);", *LOCKED)
    patch = repo.commit("sleep", {"a.c": body})
    file = tmp_path / "sleep.patch"
    file.write_text(git("format-patch", "-1", "--stdout", patch, cwd=repo.path) + "\n")
    return {"old": old, "new": new, "patch": patch, "file": str(file)}


@pytest.mark.parametrize("form", ["patch", "file"])
def test_right_on_one_branch_and_wrong_on_the_other(
    moved: dict[str, str], minekvm: Ask, rules: str, form: str
) -> None:
    asked = ("check", "--json", "--rules", rules, moved[form], "--onto")
    checked(minekvm(*asked, moved["new"]), 0)
    (found,) = findings(checked(minekvm(*asked, "old")), "forbidden-call")
    assert "as seen from run()" in found["text"]


def test_a_change_that_does_not_apply_is_found(
    moved: dict[str, str], repo: Repo, minekvm: Ask
) -> None:
    other = repo.commit("other", {"a.c": f("walk", "all(d);")}, on=moved["old"])
    told = checked(minekvm("check", "--json", moved["new"], "--onto", other))
    assert [x["severity"] for x in findings(told, "conflict")][:1] == ["error"]


def test_a_range_is_looked_at_step_by_step(moved: dict[str, str], minekvm: Ask, rules: str) -> None:
    asked = ("check", "--json", "--rules", rules, f"{moved['old']}..{moved['patch']}")
    told = checked(minekvm(*asked))
    assert [c["commit"] for c in told["changes"]] == [moved["new"], moved["patch"]]
    assert {x["rule"] for x in told["findings"]} == {"region"}


# --- how it is written


def test_sarif_has_the_findings_and_their_rules(
    moved: dict[str, str], minekvm: Ask, rules: str
) -> None:
    asked = ("check", "--rules", rules, moved["patch"], "--onto", "old", "--format", "sarif")
    ran = minekvm(*asked)
    assert ran.code == 3
    (run,) = json.loads(ran.out)["runs"]
    ids = [rule["id"] for rule in run["tool"]["driver"]["rules"]]
    (result,) = run["results"]
    assert ids[result["ruleIndex"]] == result["ruleId"] == "forbidden-call"
    place = result["locations"][0]["physicalLocation"]
    assert place["artifactLocation"]["uri"] == "a.c"
    assert place["region"]["startLine"] == 3


@pytest.mark.parametrize("form", ["terminal", "md"])
def test_the_answer_names_what_is_found(
    moved: dict[str, str], minekvm: Ask, rules: str, form: str
) -> None:
    ran = minekvm(
        "check", "--rules", rules, moved["patch"], "--onto", "old", "--format", form, "--verbose"
    )
    assert ran.code == 3
    for word in ("error", "msleep", "it must not sleep", "a.c:3"):
        assert word in ran.out


def test_a_patch_that_is_none_ends_with_1(repo: Repo, minekvm: Ask, tmp_path: Path) -> None:
    repo.commit("begin", {"a.c": f("run", "work(d);")})
    (tmp_path / "x.patch").write_text("nothing\n")
    assert_clear(minekvm("check", str(tmp_path / "x.patch")), "no diff")


def test_a_first_commit_is_checked_too(repo: Repo, minekvm: Ask) -> None:
    repo.commit("begin", {"a.c": f("run", "work(d);")})
    checked(minekvm("check", "--json", "HEAD"), 0)
