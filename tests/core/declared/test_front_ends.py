"""Languages behind one protocol, and how symbols are asked for."""

from __future__ import annotations

import pytest

from minekvm.core.declared.asked import wanted
from minekvm.core.front_ends import declarations

KCONFIG = b"""menuconfig BOX
\ttristate "A box"
\tdepends on ACME
\tdepends on !SMALL
\tselect LID if DEEP
\tdefault y
\thelp
\t  Say Y.

config LID
\tdef_bool n

if BOX
endif
"""


def test_kconfig_symbols_have_attributes() -> None:
    box, lid = declarations("drivers/Kconfig", KCONFIG)
    assert (box.kind, box.name, box.type, box.start_line, box.end_line) == (
        "config", "BOX", "tristate", 1, 8,
    )  # fmt: skip
    assert {m.name: m.type for m in box.members} == {
        "prompt": '"A box"',
        "depends on": "ACME && !SMALL",
        "select LID": "if DEEP",
        "default": "y",
    }
    assert (lid.type, [(m.name, m.type) for m in lid.members]) == ("bool", [("default", "n")])


def test_assembler_has_entry_points() -> None:
    source = b"#define SAVE %rdi\nSYM_FUNC_START(run)\n\tret\nSYM_FUNC_END(run)\nENTRY(old)\nret\n"
    found = [(d.kind, d.name, d.type, d.end_line) for d in declarations("a.S", source)]
    assert found == [
        ("macro", "SAVE", "%rdi", 1),
        ("entry-point", "run", "SYM_FUNC_START", 4),
        ("entry-point", "old", "ENTRY", 5),
    ]


@pytest.mark.parametrize(
    ("symbol", "name", "member", "kind"),
    [
        ("struct:page", "page", "", "struct"),
        ("struct page", "page", "", "struct"),
        ("page.lru.next", "page", "lru.next", ""),
        ("page->flags", "page", "flags", ""),
        ("CONFIG_KVM", "KVM", "", "config"),
        ("config:CONFIG_KVM", "KVM", "", "config"),
        ("acme,box-v2", "acme,box-v2", "", "compatible"),
        ("table:ops.open", "ops", "open", "variable"),
    ],
)
def test_a_symbol_says_what_it_is(symbol: str, name: str, member: str, kind: str) -> None:
    asked = wanted(symbol)
    assert asked is not None
    assert (asked.name, asked.member) == (name, member)
    assert asked.kinds == (frozenset((kind,)) if kind else frozenset())


@pytest.mark.parametrize("symbol", ["run", "run()", "function:run", "TEST(a, b.c)", "trace_run"])
def test_plain_names_may_be_functions(symbol: str) -> None:
    assert wanted(symbol) is None


def test_other_files_declare_nothing() -> None:
    assert declarations("README", b"struct s { int a; };") == ()
