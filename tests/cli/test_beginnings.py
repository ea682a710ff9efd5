"""Where a history begins nobody introduced what stands there, and what is not here is said."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from minekvm.core.kinds import BEGINS
from support.code import file, function
from support.repos import Repo
from support.running import Ran, assert_clear

Run = Callable[..., Ran]
CALLER = "int f(void)\n{\n\treturn callee(1) + 2;\n}\n"


def imported(repo: Repo) -> None:
    """A history that begins with a README, into which a whole tree is then put."""
    repo.commit("start", {"README": "to come\n", "tools.c": file(function("tool"))})
    tree = {f"lib/m{n}.c": file(function(f"m{n}")) for n in range(120)}
    repo.commit("import", {**tree, "lib/f.c": CALLER})
    repo.commit("new", {"lib/late.c": file(function("late"))})


def begun(repo: Repo) -> None:
    repo.commit("root", {"lib/f.c": CALLER})
    repo.commit("new", {"lib/late.c": file(function("late"))})


@pytest.mark.parametrize("make", [imported, begun])
def test_what_was_there_is_told_as_there(
    repo: Repo, minekvm: Run, make: Callable[[Repo], None]
) -> None:
    make(repo)
    for asked in (
        ["lineage", "f"],
        ["inspect", "HEAD~1"],
        ["why", "HEAD~1"],
        ["callers", "callee"],
    ):
        ran = minekvm(*asked)
        assert BEGINS in ran.out, asked
        assert "introduced" not in ran.out, asked
    (event,) = minekvm("lineage", "f", "--json").json["events"]
    assert event["rule"] == BEGINS


def test_what_came_later_was_introduced(repo: Repo, minekvm: Run) -> None:
    imported(repo)
    assert "introduced in lib/late.c" in minekvm("lineage", "late").out
    assert BEGINS not in minekvm("inspect", "HEAD").out


def test_a_shallow_clone_says_where_it_begins(repo: Repo, minekvm: Run) -> None:
    begun(repo)
    (repo.git_dir / "shallow").write_text(f"{repo.tip}\n")
    for asked in (["lineage", "f"], ["inspect", "HEAD"]):
        ran = minekvm(*asked)
        assert BEGINS in ran.out, asked
        assert "introduced" not in ran.out, asked


def test_an_upstream_hash_leads_to_its_backport(repo: Repo, minekvm: Run) -> None:
    upstream = "0123456789abcdef0123456789abcdef01234567"
    repo.commit("root", {"a.c": file(function("f"))})
    port = repo.commit(f"fix\n\ncommit {upstream} upstream.", {"a.c": file(function("f", "x"))})
    ran = minekvm("inspect", upstream[:12])
    assert ran.out.startswith(port[:12])
    assert f"answered for its backport {port[:12]}" in ran.out


def test_a_hash_that_is_not_here_is_no_misspelt_symbol(repo: Repo, minekvm: Run) -> None:
    begun(repo)
    assert_clear(minekvm("why", "0123456789ab"), "commit 0123456789ab is not here")
    assert_clear(minekvm("inspect", "0123456789ab"), "no such commit")


def test_a_tracepoint_does_not_answer_silently_for_a_word(repo: Repo, minekvm: Run) -> None:
    event = "TRACE_EVENT(tick,\n\tTP_PROTO(int n),\n\tTP_ARGS(n)\n);\n"
    repo.commit("root", {"include/trace/events/tick.h": event})
    ran = minekvm("lineage", "tick")
    assert ran.out.startswith("trace_tick (there is no tick)")
    assert "answered for trace_tick" in ran.out
    assert "there is no" not in minekvm("lineage", "trace_tick").out
