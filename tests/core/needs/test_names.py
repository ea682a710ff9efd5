"""The names that a change uses, and what lines give."""

from __future__ import annotations

import pytest

from minekvm.core.needs.names import gives, parameters, spellings, used
from minekvm.core.origins.lines import Hunk


@pytest.mark.parametrize(
    ("path", "line", "name", "what"),
    [
        ("a.h", b"#define KICK_MAX 3", "KICK_MAX", "macro"),
        ("a.h", b"# define kick_all(x) do_kick(x)", "kick_all", "macro"),
        ("a.h", b"struct kick_state {", "kick_state", "type"),
        ("a.h", b"typedef unsigned long kick_t;", "kick_t", "type"),
        ("a.c", b"static int kick_one(struct vcpu *vcpu)", "kick_one", "function"),
        ("a.c", b"kick_one(struct vcpu *vcpu)", "kick_one", "function"),
        ("a.h", b"extern void kick_one(int n);", "kick_one", "function"),
        ("a.h", b"\tunsigned long kick_count;", "kick_count", "field or variable"),
        ("a.h", b"\tstruct list_head *head, kick_list;", "kick_list", "field or variable"),
        ("a.h", b"\tint (*kick_op)(struct vcpu *vcpu);", "kick_op", "operation"),
        ("a.h", b"\tKICK_LATE = 4,", "KICK_LATE", "constant"),
        ("a.h", b"\tKICK_LATE,", "KICK_LATE", "constant"),
        ("a.c", b"static int kick_depth = 3;", "kick_depth", "variable"),
        ("trace.h", b"TRACE_EVENT(kvm_kick,", "trace_kvm_kick", "tracepoint"),
        ("trace.h", b"DEFINE_EVENT(kvm_base, kvm_kick,", "trace_kvm_kick", ""),
        ("drivers/Kconfig", b"config KICKING", "CONFIG_KICKING", "Kconfig symbol"),
        ("a.c", b"\tkick_one(vcpu);", "kick_one", ""),
        ("a.c", b"\tn = vcpu->kick_count;", "kick_count", ""),
        ("a.c", b"\tif (KICK_LATE == n)", "KICK_LATE", ""),
        ("a.c", b"\treturn kick_depth;", "kick_depth", ""),
        ("a.c", b"\tgoto kick_out;", "kick_out", ""),
    ],
)
def test_a_line_gives_a_name(path: str, line: bytes, name: str, what: str) -> None:
    assert gives(path, [line], name) == what


SOURCE = b"""int f(int n)
{
\t/* kick_late is a comment */
\tprintk("kick_words");
\treturn kick_one(n, vcpu->kick_count);
}
#ifdef CONFIG_KICKING
"""


def test_comments_and_strings_use_nothing() -> None:
    lines = SOURCE.split(b"\n")
    found = used("a.c", SOURCE, [Hunk(0, (), 1, tuple(lines[:7]))])
    assert {"kick_one", "kick_count", "CONFIG_KICKING", "printk"} <= set(found)
    assert not {"kick_late", "kick_words"} & set(found)
    assert found["kick_one"] == 5


def test_only_added_lines_and_only_code_count() -> None:
    assert "kick_one" not in used("a.c", SOURCE, [Hunk(0, (), 1, (b"int f(int n)",))])
    assert used("a.txt", SOURCE, [Hunk(0, (), 1, (b"int f(int n)",))]) == {}


def test_what_macros_make_of_a_name() -> None:
    assert "kvm_kick" in spellings("trace_kvm_kick")
    assert "kvm_kick" in spellings("trace_kvm_kick_enabled")
    assert spellings("kick") == ("kick",)


@pytest.mark.parametrize(
    ("signature", "many"),
    [
        ("int f(void)", 0),
        ("int f()", 0),
        ("static int f(int a, void (*g)(int, int))", 2),
        ("int f(const char *form, ...)", None),
        ("int g(int a)", None),
    ],
)
def test_parameters_are_counted(signature: str, many: int | None) -> None:
    assert parameters(signature, "f") == many
