"""Who calls a symbol, as a reader at a terminal sees it."""

from __future__ import annotations

import pytest
from render_values import commit, commit_id, marked, printed, shown, version

from minekvm.core.c.tables import Op
from minekvm.core.callers.periods import CallHistory, Life, Moved, Went
from minekvm.core.callers.sites import Shift, Site
from minekvm.core.model import Gap


def site(line: int, before: str = "", after: str = "") -> Site:
    return Site("f", 1, line, before, after)


def life(path: str, function: str, *lines: int) -> Life:
    """A function that calls since commit a."""
    return Life(path, function, commit_id("a"), None, (), tuple(site(n) for n in lines))


GONE = Life(
    "b.c", "old", commit_id("a"), commit_id("b"), (Went("replaced", "b.c", "old", "go"),), ()
)
MOVES = (
    Moved(
        commit_id("b"),
        commit_id("a"),
        Shift(
            "replaced", version("old", "b.c"), version("old", "b.c"), site(7), None, "go", last=True
        ),
    ),
    Moved(
        commit_id("a"),
        None,
        Shift("began", None, version("run", "arch/x86/kvm/x.c"), None, site(3), first=True),
    ),
)


def history(*lives: Life, moves: tuple[Moved, ...] = MOVES) -> CallHistory:
    commits = {c.id: c for c in (commit("a", subject="begin"), commit("b", subject="replace it"))}
    tables = (("ops.c", Op("ops", "kvm_ops", "enter", "enter", 4)),)
    gaps = (Gap("blob", "missing"),)
    return CallHistory("enter", commit_id("9"), lives, moves, tables, commits, gaps)


FEW = """\
2 functions in 2 files call enter() at 999999999999, 3 times
also reached through ops.enter in ops.c
arch/x86 1, virt 1

Callers, all since the history begins
  arch/x86/kvm/x.c:3,9  run()
  virt/y.c:5            loop()

Former callers (1)
  b.c  old()  since the history begins  until bbbbbbbbbbbb  replaced by go()

1 call site of the past, 1 commit changed who calls it, newest first
  bbbbbbbbbbbb  2020-01-01  replace it
    replaced by go() in old() in b.c
  aaaaaaaaaaaa  2020-01-01  begin
    there since the history begins: 1 function already calls it

gap: blob: missing
"""


def test_few_callers_have_a_line_each(monkeypatch: pytest.MonkeyPatch) -> None:
    told = history(life("arch/x86/kvm/x.c", "run", 3, 9), life("virt/y.c", "loop", 5), GONE)
    assert shown(monkeypatch, lambda: printed("callers", told), 80) == FEW


def test_each_of_many_has_a_line_with_its_whole_path(monkeypatch: pytest.MonkeyPatch) -> None:
    many = [life("arch/x86/a.c", f"f{n}", n) for n in range(40)]
    told = history(*many, life("virt/y.c", "loop", 5), moves=())
    lines = shown(monkeypatch, lambda: printed("callers", told), 80).splitlines()
    assert lines[2] == "arch/x86 40, virt 1"
    assert lines[4] == "Callers"
    assert lines[5].split()[:2] == ["arch/x86/a.c:0", "f0()"]
    assert lines[45].split()[:2] == ["virt/y.c:5", "loop()"]


def test_what_is_left_out_is_counted(monkeypatch: pytest.MonkeyPatch) -> None:
    told = history(*(life(f"d{n}/a.c", "f", 1) for n in range(70)), moves=())
    screen = shown(monkeypatch, lambda: printed("callers", told), 80)
    assert "  and 10 more (-v has all)\n" in screen


def test_nobody_calls_it(monkeypatch: pytest.MonkeyPatch) -> None:
    screen = shown(monkeypatch, lambda: printed("callers", history(GONE)), 80)
    assert screen.startswith("nobody calls enter() at 999999999999\n")


def test_markdown_has_every_caller() -> None:
    many = [life("arch/x86/a.c", f"f{n}", n) for n in range(30)]
    text = marked("callers", history(*many))
    assert "all since the history begins" in text and text.count("`arch/x86/a.c:") == 30
    assert "  - replaced by `go()` in `old()` in `b.c`" in text


def test_who_calls_it_through_a_wrapper_is_told_so(monkeypatch: pytest.MonkeyPatch) -> None:
    wrapper = life("b.c", "go", 4)
    text = shown(monkeypatch, lambda: printed("callers", history(wrapper, GONE)), 200)
    assert "b.c  old()" in text
    assert "now through go(), which calls it" in text
    assert "1 call site of the past (1 through wrappers of it)" in text
    found = history(wrapper, GONE)
    assert (found.through(GONE), found.through(wrapper)) == (("go",), ())
    assert history(GONE).through(GONE) == ()
