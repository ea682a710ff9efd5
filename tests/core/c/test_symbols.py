"""What a user may type for a symbol."""

from __future__ import annotations

import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from core.builders import functions
from minekvm.core.c.symbols import alike, candidates, expressions, misspelt, patterns


@pytest.mark.parametrize("typed", ["kvm_run", "kvm_run()", " kvm_run ", "kvm_run(struct vcpu *v)"])
def test_a_function_by_its_name(typed: str) -> None:
    assert candidates(typed)[0] == "kvm_run"


def test_a_bare_word_may_be_a_tracepoint_or_a_syscall() -> None:
    assert candidates("open") == ["open", "trace_open", "sys_open"]


@pytest.mark.parametrize(
    ("typed", "name"),
    [
        ("SYSCALL_DEFINE3(open, const char __user *, name)", "sys_open"),
        ("SYSCALL_DEFINE3(open,\n\t\tconst char __user *, name)", "sys_open"),
        ("SYSCALL_DEFINE0( fork )", "sys_fork"),
        ("COMPAT_SYSCALL_DEFINE2(ioctl, int, fd)", "compat_sys_ioctl"),
        ("TRACE_EVENT(kvm_exit)", "trace_kvm_exit"),
        ("TRACE_EVENT(kvm_exit", "trace_kvm_exit"),
        ("TRACE_EVENT_CONDITION(kvm_exit)", "trace_kvm_exit"),
    ],
)
def test_a_definition_by_its_macro(typed: str, name: str) -> None:
    assert candidates(typed) == [name]


@pytest.mark.parametrize(
    "typed",
    ["TRACE_EVENT(kvm_exit, TP_PROTO(int reason))", "DEFINE_EVENT(kvm_class, kvm_exit)"],
)
def test_a_tracepoint_as_it_stands_in_the_source(typed: str) -> None:
    assert candidates(typed) == ["trace_kvm_exit"]


@pytest.mark.parametrize(
    ("typed", "name"),
    [
        ("__x64_sys_open", "sys_open"),
        ("__arm64_compat_sys_ioctl", "compat_sys_ioctl"),
        ("__se_sys_open", "sys_open"),
        ("__do_sys_open", "sys_open"),
    ],
)
def test_an_entry_symbol_is_itself_first_and_then_its_syscall(typed: str, name: str) -> None:
    assert candidates(typed) == [typed, name]


def test_a_function_that_a_macro_names_keeps_its_parentheses() -> None:
    assert candidates("PAGE_OP(set, clear)") == ["PAGE_OP(set, clear)"]


def test_what_a_macro_makes_is_told_in_any_spelling() -> None:
    assert candidates("PAGE_OP (set,clear)") == ["PAGE_OP(set, clear)"]
    assert candidates("FNAME(walk)") == ["FNAME(walk)", "walk"]
    assert candidates("glue(glue(a,b), C)")[:2] == ["glue(glue(a, b), C)", "glue"]


@pytest.mark.parametrize(
    "source",
    [
        "int FNAME(walk)(int a) { return 0; }",
        "int glue(glue(a, b), C)(int a) { return 0; }",
        "int kvm_run(void) { return 0; }",
        "#define kvm_run(x) ((x) + 1)\n",
        "TRACE_EVENT(kvm_exit, TP_PROTO(int reason), TP_ARGS(reason));",
        "DEFINE_EVENT(kvm_class, kvm_exit, TP_PROTO(int reason));",
        "DECLARE_EVENT_CLASS(kvm_class, TP_PROTO(int reason));",
        "SYSCALL_DEFINE3(open, const char *, name) { return 0; }",
        "COMPAT_SYSCALL_DEFINE3(open, const char *, name) { return 0; }",
        "PAGE_OP(set, clear) { return 0; }",
    ],
)
def test_every_definition_matches_a_pattern_of_its_name(source: str) -> None:
    (found,) = functions(source)
    assert any(re.search(rf"(?<!\w)(?:{p})(?!\w)", source) for p in patterns(found.name))


def test_patterns_take_names_literally() -> None:
    assert patterns("a.b") == [r"a\.b"]


def test_a_plain_name_has_one_pattern() -> None:
    assert patterns("kvm_run") == ["kvm_run"]


NAMES = ["kvm_vcpu_run", "kvm_vcpu_ruin", "vcpu_enter_guest", "kvm_vcpu_run"]


def test_a_misspelt_name_brings_those_it_is_like_best_first() -> None:
    assert alike("kvm_vcpu_rnu", NAMES) == ["kvm_vcpu_run", "kvm_vcpu_ruin"]


def test_a_name_is_not_like_itself() -> None:
    assert alike("kvm_vcpu_run", NAMES) == ["kvm_vcpu_ruin"]


def test_nothing_is_like_a_strange_name() -> None:
    assert alike("schedule", NAMES) == []


def test_no_more_than_asked_for_are_given() -> None:
    assert alike("kvm_vcpu_rnu", NAMES, most=1) == ["kvm_vcpu_run"]


@pytest.mark.parametrize("name", ["strbuf_addf", "strbuf_adg", "strbfu_adf"])
def test_a_slip_of_two_letters_at_most(name: str) -> None:
    assert misspelt("strbuf_adf", [name, "strbuf_adf", "other"]) == [name]


@pytest.mark.parametrize("name", ["__strbuf_adf", "strbuf_adf_locked", "strbuf_adf2", "strbuf"])
def test_names_of_their_own_are_no_slips(name: str) -> None:
    assert misspelt("strbuf_adf", [name]) == []


def test_the_nearest_slip_comes_first() -> None:
    assert misspelt("kvm_wiat", ["kvm_waits", "kvm_wait"]) == ["kvm_wait", "kvm_waits"]


@given(
    st.lists(st.sampled_from(["open", "foo", "trace_foo", "compat_sys_io", "SYSCALL_DEFINE1(x"]))
)
def test_fewer_expressions_find_the_same_lines(symbols: list[str]) -> None:
    names = [name for symbol in symbols for name in candidates(symbol)]
    every = [p for name in names for p in patterns(name)]
    few = expressions(names)
    assert len(few) == len(set(few))
    assert set(few) <= set(every)
    for line in ("foo();", "SYSCALL_DEFINE3(open, int, x)", "TRACE_EVENT(foo,", "sys_x();"):
        found = [bool(re.search(rf"\b(?:{p})\b", line)) for p in every]
        assert any(found) == any(re.search(rf"\b(?:{p})\b", line) for p in few)
