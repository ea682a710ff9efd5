"""Pairs of calls that came to stand around others."""

from __future__ import annotations

import pytest

from minekvm.core.c.definitions import scan
from minekvm.core.lineage.ladder import changes
from minekvm.core.lineage.wraps import wraps
from minekvm.core.model import FilePair

HEAD = "static int f(struct vcpu *v)\n{\n"


def told(old: str, new: str, head: str = HEAD) -> list[str]:
    """Each change that put a pair around calls: its function, and what stands between which."""
    sides = [scan(f"{head}{body}}}\n".encode()) for body in (old, new)]
    return [
        f"{change.new.name}: {' '.join(w.calls)} between {w.opens} and {w.closes}"
        for change in changes([FilePair("a.c", "a.c", *sides)])
        for w in wraps(change)
        if change.new is not None
    ]


@pytest.mark.parametrize(
    ("old", "new", "wanted"),
    [
        ("run(v);", "enter(v); run(v); exit(v);", "run between enter and exit"),
        ("run(v);", "exit(v); run(v); enter(v);", "run between exit and enter"),
        ("a(); run(v); b();", "a(); lock(); run(v); unlock(); b();", "run between lock and unlock"),
        ("a(); b(); c();", "a_begin(); a(); b(); a_end(); c();", "a b between a_begin and a_end"),
        (
            "r = static_call(kvm_run)(v); done();",
            "state_enter(); r = static_call(kvm_run)(v); state_exit(); done();",
            "kvm_run between state_enter and state_exit",
        ),
        (
            "v->ops->run(v);",
            "spec_set_guest(v); v->ops->run(v); spec_restore_host(v);",
            "run between spec_set_guest and spec_restore_host",
        ),
        (
            "if (a()) return; run(v);",
            "lock(); if (a()) { unlock(); return; } run(v); unlock();",
            "a run between lock and unlock",
        ),
        (
            "lock(); a(); unlock(); b();",
            "lock(); a(); unlock(); lock(); b(); unlock();",
            "b between lock and unlock",
        ),
        (
            "while (more()) step();",
            "while (more()) { pre_step(); step(); post_step(); }",
            "step between pre_step and post_step",
        ),
        ("run(v);", "kvm_before_irq(); run(v); kvm_after_irq();", "run between kvm_before_irq and"),
    ],
)  # fmt: skip
def test_what_a_pair_came_to_enclose(old: str, new: str, wanted: str) -> None:
    (found,) = told(old, new)
    assert found.startswith(f"f: {wanted}")


@pytest.mark.parametrize(
    ("old", "new"),
    [
        ("run(v);", "log(v); run(v); count(v);"),  # two calls, but no pair
        ("lock(); run(v); unlock();", "lock(); run(v); more(v); unlock();"),  # it was there
        ("run(v);", "lock(); unlock(); run(v);"),  # it encloses nothing
        ("run(v);", "lock(); walk(v); unlock(); run(v);"),  # only what came with it
        ("run(v);", "/* lock() */ run(v); /* unlock() */"),
        ("run(v);", 'run(v); puts("lock() and unlock()");'),
    ],
)
def test_what_is_not_wrapped(old: str, new: str) -> None:
    assert told(old, new) == []


def test_a_pair_around_others_goes_before_what_it_encloses() -> None:
    old = "a(); run(v); b();"
    new = "irq_save(); a(); state_enter(); run(v); state_exit(); b(); irq_restore();"
    assert told(old, new) == [
        "f: a run b between irq_save and irq_restore",
        "f: run between state_enter and state_exit",
    ]


def test_a_part_that_is_taken_out_with_its_call_wrapped() -> None:
    rest = "v->a = 1; v->b = 2; if (v->c) v->d = 3; v->e += v->f;"
    helper = "static void g(struct vcpu *v)\n{ state_enter(v); run(v->regs, v->flags, v->host);"
    helper += " load(v->host, v->flags); state_exit(v); }\n"
    old = scan(f"{HEAD}{rest} run(v->regs, v->flags, v->host); load(v->host, v->flags);}}".encode())
    new = scan(f"{helper}{HEAD}{rest} g(v);}}".encode())
    found = [(c.kinds, wraps(c)) for c in changes([FilePair("a.c", "a.c", old, new)])]
    (around,) = [w for kinds, several in found for w in several if kinds == ("extracted",)]
    assert (around.calls, around.opens, around.closes) == (
        ("run", "load"),
        "state_enter",
        "state_exit",
    )
