"""One patch on two trees: right where the region lets it stand, wrong where it does not.

Each pair of trees is a history of two: `old` lacks the commit that moved the markers, `new` has it.
The patch brings a call to a place that is outside of the region in the new tree alone.
"""

from __future__ import annotations

import json
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest

from support.repos import Repo
from support.running import Ran

Ask = Callable[..., Ran]


def f(name: str, *body: str, head: str = "static void {}(struct dev *d)") -> str:
    return head.format(name) + "\n{\n" + "".join(f"\t{line}\n" for line in body) + "}\n"


@dataclass(frozen=True)
class Case:
    """Trees before and after the move of the markers, the patched tree, and the rule."""

    old: str
    new: str
    patched: str
    enter: str
    exit: str
    forbid: str
    call: str


def wide(enter: str, exit_: str, call: str, forbid: str) -> Case:
    """The region was around all of the caller; the move narrowed it to the work alone."""
    head = "void {}(struct dev *d)"
    helper = f("prepare", "d->ready = 1;")
    old = helper + f("run", enter, "prepare(d);", "work(d);", exit_, head=head)
    new = helper + f("run", "prepare(d);", enter, "work(d);", exit_, head=head)
    more = f("prepare", "d->ready = 1;", f"{call}(d);")
    return Case(old, new, new.replace(helper, more), _name(enter), _name(exit_), forbid, call)


def deep(enter: str, exit_: str, call: str, forbid: str) -> Case:
    """The region moved from the caller into the callee beside the place."""
    outer = "void {}(struct dev *d)"
    before = f("core", "work(d);") + f("note", "d->noted = 1;")
    old = before + f("run", enter, "note(d);", "core(d);", exit_, head=outer)
    after = f("core", enter, "work(d);", exit_) + f("note", "d->noted = 1;")
    new = after + f("run", "note(d);", "core(d);", head=outer)
    patched = new.replace("d->noted = 1;", f"d->noted = 1;\n\t{call}(d);")
    return Case(old, new, patched, _name(enter), _name(exit_), forbid, call)


def table(enter: str, exit_: str, call: str, forbid: str) -> Case:
    """The place is reached through a table of operations."""
    outer = "void {}(struct dev *d)"
    ops = "static const struct dev_ops my_ops = {\n\t.run = my_run,\n};\n"
    mine = f("my_run", "work(d);")
    old = mine + ops + f("loop", enter, "d->ops->run(d);", exit_, head=outer)
    new = mine + ops + f("loop", enter, "wait(d);", exit_, "d->ops->run(d);", head=outer)
    patched = new.replace(mine, f("my_run", f"{call}(d);", "work(d);"))
    return Case(old, new, patched, _name(enter), _name(exit_), forbid, call)


def _name(call: str) -> str:
    return call.partition("(")[0]


CASES = {
    "spinlock": wide("spin_lock(&d->lock);", "spin_unlock(&d->lock);", "msleep", "msleep"),
    "irqsave": wide(
        "spin_lock_irqsave(&d->lock, flags);",
        "spin_unlock_irqrestore(&d->lock, flags);",
        *("mutex_lock", "mutex_lock*"),
    ),
    "irq": wide("local_irq_disable();", "local_irq_enable();", "schedule", "schedule*"),
    "preempt": wide("preempt_disable();", "preempt_enable();", "might_sleep", "might_*"),
    "rcu": wide("rcu_read_lock();", "rcu_read_unlock();", "synchronize_rcu", "synchronize_*"),
    "bh": deep("local_bh_disable();", "local_bh_enable();", "vmalloc", "vmalloc"),
    "srcu": deep(
        "srcu_read_lock(&d->srcu);", "srcu_read_unlock(&d->srcu, n);", "synchronize_srcu",
        "synchronize_srcu*",
    ),
    "mutex": deep("mutex_lock(&d->lock);", "mutex_unlock(&d->lock);", "flush_all", "flush_*"),
    "guest": deep("guest_enter();", "guest_exit();", "trace_kick", "trace_*"),
    "noinstr": table("state_enter();", "state_exit();", "trace_run", "trace_*"),
    "read lock": table("read_lock(&d->lock);", "read_unlock(&d->lock);", "sleepy", "sleep*"),
}  # fmt: skip


def rules(folder: Path, case: Case) -> Path:
    file = folder / "rules.toml"
    file.write_text(
        f'title = "rules"\n[[region]]\nenter = "{case.enter}"\nexit = "{case.exit}"\n'
        f'forbid = ["{case.forbid}"]\nreason = "not in there"\n'
    )
    return file


@pytest.fixture(params=CASES)
def made(request: pytest.FixtureRequest, repo: Repo, tmp_path: Path) -> dict[str, Any]:
    case = CASES[request.param]
    old = repo.commit("begin", {"drivers/my/dev.c": case.old, "README": "dev\n"})
    repo.branch("old", old)
    aside = repo.commit("aside", {"README": "dev, the device\n"})
    moved = repo.commit("dev: move the region", {"drivers/my/dev.c": case.new})
    patch = repo.commit("dev: do more", {"drivers/my/dev.c": case.patched})
    where = {"old": old, "aside": aside, "moved": moved, "patch": patch}
    return {"case": case, "rules": str(rules(tmp_path, case)), **where}


def places(told: dict[str, Any], call: str) -> list[dict[str, Any]]:
    return [p for p in told["places"] if p["call"] == call]


def test_wrong_where_the_enabling_commit_is_not(made: dict[str, Any], minekvm: Ask) -> None:
    case = made["case"]
    asked = ("needs", "--json", "--rules", made["rules"], made["patch"], "--onto", "old")
    told = minekvm(*asked).json
    (place,) = places(told, case.call)
    here = place["here"]
    assert (here["enter"], here["exit"]) == (case.enter, case.exit)
    assert here["state"] == "inside"
    assert (here["rule"], here["reason"]) == ("rules.toml", "not in there")
    assert place["there"] == "outside"
    assert place["commit"] == made["moved"]
    (need,) = [n for n in told["needs"] if n["commit"] == made["moved"]]
    assert (need["state"], need["required"]) == ("absent", True)
    assert "meaning" in need["kinds"]


def test_right_where_it_is(made: dict[str, Any], minekvm: Ask) -> None:
    asked = ("needs", "--json", "--rules", made["rules"], made["patch"], "--onto", made["moved"])
    told = minekvm(*asked).json
    assert places(told, made["case"].call) == []
    assert told["applies"] == "clean"
    assert told["needs"] == []


def test_without_a_rule_the_difference_is_told(repo: Repo, minekvm: Ask, tmp_path: Path) -> None:
    """What stands outside where it was made and inside in the target is told all the same."""
    case = CASES["spinlock"]
    old = repo.commit("begin", {"drivers/my/dev.c": case.old})
    moved = repo.commit("dev: move the region", {"drivers/my/dev.c": case.new})
    patch = repo.commit("dev: do more", {"drivers/my/dev.c": case.patched})
    empty = tmp_path / "none.toml"
    empty.write_text('title = "nothing forbidden"\ncommits = ["HEAD"]\n')
    told = minekvm("needs", "--json", "--rules", str(empty), patch, "--onto", old).json
    (place,) = places(told, "msleep")
    assert (place["here"]["rule"], place["there"], place["commit"]) == ("", "outside", moved)


def test_a_protection_that_the_target_lacks_is_told(repo: Repo, minekvm: Ask) -> None:
    """The lock that the change relies on came with a commit that the target has not got."""
    head = "void {}(struct dev *d)"
    other = f("other", "spin_lock(&d->lock);", "d->n++;", "spin_unlock(&d->lock);", head=head)
    old = repo.commit("begin", {"a.c": f("put", "d->n = 1;") + other
                                + f("run", "put(d);", "work(d);", head=head)})  # fmt: skip
    locked = f("run", "spin_lock(&d->lock);", "put(d);", "work(d);", "spin_unlock(&d->lock);",
               head=head)  # fmt: skip
    lock = repo.commit("take the lock", {"a.c": f("put", "d->n = 1;") + other + locked})
    patch = repo.commit("list it", {"a.c": f("put", "d->n = 1;", "list_add(d);") + other + locked})
    told = minekvm("needs", "--json", patch, "--onto", old).json
    (place,) = places(told, "list_add")
    assert (place["here"]["state"], place["there"]) == ("outside", "inside")
    assert place["commit"] == lock


def test_the_target_s_own_commit_is_named(repo: Repo, minekvm: Ask, tmp_path: Path) -> None:
    """The region grew on the target's branch: what is in the way is there, not lacking."""
    case = CASES["spinlock"]
    base = repo.commit("begin", {"drivers/my/dev.c": case.new, "README": "a\n"})
    grown = repo.commit("dev: lock more", {"drivers/my/dev.c": case.old}, on=base)
    repo.branch("vendor", grown)
    patch = repo.commit("dev: do more", {"drivers/my/dev.c": case.patched}, on=base)
    asked = ("needs", "--json", "--rules", str(rules(tmp_path, case)), patch, "--onto", "vendor")
    (place,) = places(minekvm(*asked).json, "msleep")
    assert (place["commit"], place["ours"]) == (grown, True)


def test_who_gave_the_function_its_name_and_its_lock_is_named(repo: Repo, minekvm: Ask) -> None:
    """The region is seen from a function that the target has under another name."""
    head = "void {}(struct dev *d)"
    other = f("other", "spin_lock(&d->lock);", "d->n++;", "spin_unlock(&d->lock);", head=head)
    put = f("put", "d->n = 1;")
    old = repo.commit("begin", {"a.c": put + other + f("old_run", "put(d);", head=head)})
    locked = ("spin_lock(&d->lock);", "put(d);", "spin_unlock(&d->lock);")
    lock = repo.commit("rename and lock", {"a.c": put + other + f("run", *locked, head=head)})
    more = f("put", "d->n = 1;", "list_add(d);")
    patch = repo.commit("list it", {"a.c": more + other + f("run", *locked, head=head)})
    told = minekvm("needs", "--json", patch, "--onto", old).json
    (place,) = places(told, "list_add")
    assert (place["here"]["state"], place["there"], place["commit"]) == ("outside", "inside", lock)


# --- locks of one name


def under(lock: str) -> str:
    """A caller that runs `put` under one of its two locks."""
    other = {"in": "out", "out": "in"}[lock]
    head = "void {}(struct dev *d)"
    return f("put", "d->n = 1;") + f(
        *("run", f"mutex_lock(&d->{other});", "work(d);", f"mutex_unlock(&d->{other});"),
        *(f"mutex_lock(&d->{lock});", "put(d);", f"mutex_unlock(&d->{lock});"),
        head=head,
    )


def listed(text: str) -> str:
    return text.replace("d->n = 1;", "d->n = 1;\n\tlist_add(d);")


def test_the_other_lock_is_no_lock_for_it(repo: Repo, minekvm: Ask) -> None:
    """Where it was made the call stands under the one, in the target under the other."""
    old = repo.commit("begin", {"a.c": under("out")})
    other = repo.commit("put it under the inner", {"a.c": under("in")})
    patch = repo.commit("list it", {"a.c": listed(under("in"))})
    found = places(minekvm("needs", "--json", patch, "--onto", old).json, "list_add")
    here = {(p["here"]["enter"], p["here"]["state"], p["there"]): p["commit"] for p in found}
    assert here == {
        ("mutex_lock(&d->out)", "inside", "outside"): other,
        ("mutex_lock(&d->in)", "outside", "inside"): other,
    }


def test_the_same_lock_of_what_is_called_otherwise_is_the_same(repo: Repo, minekvm: Ask) -> None:
    """A variable's name makes no other lock."""
    old = repo.commit("begin", {"a.c": under("in").replace("d->", "e->").replace("*d", "*e")})
    repo.commit("e is d", {"a.c": under("in")})
    patch = repo.commit("list it", {"a.c": listed(under("in"))})
    assert minekvm("needs", "--json", patch, "--onto", old).json["places"] == []


@pytest.mark.parametrize(("lock", "count"), [("in", 1), ("out", 0)])
def test_a_rule_may_speak_of_one_lock(
    repo: Repo, minekvm: Ask, tmp_path: Path, lock: str, count: int
) -> None:
    case = Case("", "", "", f"mutex_lock(&d->{lock})", f"mutex_unlock(&d->{lock})", "list_*", "")
    asked = ("--json", "--rules", str(rules(tmp_path, case)))
    old = repo.commit("begin", {"a.c": under("in")})
    patch = repo.commit("list it", {"a.c": listed(under("in"))})
    needs = minekvm("needs", *asked, patch, "--onto", old).json
    found = [p for p in needs["places"] if p["here"]["rule"]]
    assert [p["here"]["enter"] for p in found] == [f"mutex_lock(&d->{lock})"] * count
    checked = json.loads(minekvm("check", *asked, patch).out)
    assert [f["rule"] for f in checked["findings"]] == ["forbidden-call"] * count


def test_check_sees_a_call_go_from_one_lock_to_the_other(repo: Repo, minekvm: Ask) -> None:
    repo.commit("begin", {"a.c": under("in").replace("work(d);", "work(d);\n\tfree(d);")})
    patch = repo.commit("free", {"a.c": under("in").replace("put(d);", "put(d);\n\tfree(d);")})
    findings = json.loads(minekvm("check", "--json", patch).out)["findings"]
    assert {f["text"] for f in findings if f["rule"] == "region"} == {
        "free() went out of the region from mutex_lock(&d->out) to mutex_unlock(&d->out)",
        "free() went into the region from mutex_lock(&d->in) to mutex_unlock(&d->in)",
    }
