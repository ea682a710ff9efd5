"""Uses of what is no function: what is done with it, how sure that is, and what commits did."""

from __future__ import annotations

import pytest

from minekvm.core.c.declarations import declarations
from minekvm.core.c.definitions import scan
from minekvm.core.c.uses import fields, names, tags
from minekvm.core.callers.uses import Sought, holders, shifts, sites
from minekvm.core.front_ends import declarations as declared_in
from minekvm.core.lineage.ladder import changes
from minekvm.core.model import FilePair, Function


def did(text: str, name: str = "mode", of: str = "vcpu") -> list[tuple[str, bool]]:
    return [(use.how, use.is_sure) for use in fields(text.encode(), name, of)]


@pytest.mark.parametrize(
    ("body", "expected"),
    [
        ("return v->mode;", [("reads", True)]),
        ("v->mode = 1;", [("writes", True)]),
        ("if (v->mode == 1) f();", [("reads", True)]),
        ("v->mode |= 1; v->mode++;", [("writes", True), ("writes", True)]),
        ("f(&v->mode);", [("takes the address of", True)]),
        ("v->mode(1);", [("calls", True)]),
        ("o->mode = 1;", []),  # of another struct
        ("g()->mode = 1;", [("writes", False)]),
        ("v->other.mode = 1;", [("writes", False)]),
        ("t->mode = 1;", [("writes", False)]),  # a typedef may be of it
        ("x = offsetof(struct vcpu, mode);", [("names", True)]),
        ('/* v->mode */ f("v->mode");', []),
    ],
)
def test_fields(body: str, expected: list[tuple[str, bool]]) -> None:
    head = "int f(struct vcpu *v, struct other *o, thing_t *t)"
    assert did(f"{head} {{ {body} }}") == expected


def test_several_of_one_declaration_and_arrays() -> None:
    assert did("void f(void) { struct vcpu *a, *b; b->mode = 1; }") == [("writes", True)]
    assert did("void f(void) { struct vcpu all[4]; all[2].mode = 1; }") == [("writes", True)]


def test_initialisers_are_of_what_they_initialise() -> None:
    assert did("struct vcpu v = { .id = 1, .mode = 2 };") == [("writes", True)]
    assert did("struct other v = { .mode = 2 };") == []


def test_tags_and_names() -> None:
    text = b"struct vcpu *f(struct vcpu_ops *ops) { return x.LIMIT + LIMIT; /* LIMIT */ }"
    assert len(list(tags(text, "struct", "vcpu"))) == 1
    assert [use.how for use in names(text, "LIMIT")] == ["reads"]


def test_a_local_variable_hides_another() -> None:
    assert not list(names(b"void f(void) { int count = 1; count++; }", "count", is_variable=True))
    found = names(b"int f(void) { count = 2; return count; }", "count", is_variable=True)
    assert [use.how for use in found] == ["writes", "reads"]


def held(path: str, text: str, sought: Sought) -> tuple[Function, ...]:
    source = text.encode()
    functions = scan(source) if path.endswith((".c", ".h")) else ()
    return holders(path, source, functions, declared_in(path, source, functions), sought)


def using(path: str, text: str, sought: Sought) -> list[tuple[str, int]]:
    return [(s.function, s.line) for h in held(path, text, sought) for s in sites(h, sought)]


def test_functions_declarations_and_the_file_hold_uses() -> None:
    text = (
        "#ifdef CONFIG_X\n#define WIDE 1\n#endif\n"
        "struct s { int a[IS_ENABLED(CONFIG_X)]; };\n"
        "int f(void)\n{\n\treturn IS_ENABLED(CONFIG_X);\n}\n"
    )
    option = Sought("X", "config")
    assert using("a.c", text, option) == [("", 1), ("struct s", 4), ("f", 7)]


def test_options_are_used_by_options_and_makefiles() -> None:
    option = Sought("X", "config")
    text = "config X\n\tbool\nconfig Y\n\tbool\n\tselect X if Z\n\thelp\n\t  Not X.\n"
    assert using("Kconfig", text, option) == [("config Y", 5)]
    assert using("Makefile", "obj-y += a.o\nobj-$(CONFIG_X) += x.o\n", option) == [("", 2)]


def test_what_declares_it_is_no_user() -> None:
    text = "enum e { A, B };\n#define LIMIT 4\nint t[] = { A, LIMIT };\n"
    assert using("a.c", text, Sought("A", "constant")) == [("variable t", 3)]
    assert using("a.c", text, Sought("LIMIT", "macro")) == [("variable t", 3)]
    assert declarations(text.encode())


def happened(old: str, new: str, sought: Sought) -> list[tuple[str, str, str, bool]]:
    pair = FilePair("a.c", "a.c", held("a.c", old, sought), held("a.c", new, sought))
    real = FilePair("a.c", "a.c", scan(old.encode()), scan(new.encode()))
    found = shifts([pair], changes([real]), sought)
    return [
        (s.how, s.old.name if s.old else "", s.new.name if s.new else "", s.first or s.last)
        for s in found
    ]


def test_what_a_commit_did_to_uses() -> None:
    limit = Sought("LIMIT", "macro")
    one = "int f(void)\n{\n\treturn LIMIT;\n}\n"
    none = "int f(void)\n{\n\treturn 0;\n}\n"
    assert happened(none, one, limit) == [("began", "", "f", True)]
    assert happened(one, none, limit) == [("gone", "f", "f", True)]
    assert happened(one, "", limit) == [("gone", "f", "", True)]
    twice = one.replace("LIMIT", "LIMIT + LIMIT")
    assert happened(one, twice, limit) == [("began", "f", "f", False)]
    assert happened(one, f"int pad;\n{one}", limit) == []


def test_uses_go_with_a_function_that_is_renamed() -> None:
    long = "int %s(void)\n{\n\tfirst();\n\tsecond();\n\tthird();\n\treturn LIMIT;\n}\n"
    assert happened(long % "f", long % "g", Sought("LIMIT", "macro")) == [
        ("went with", "f", "g", True)
    ]
