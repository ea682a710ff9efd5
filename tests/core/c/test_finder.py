"""Finding one name gives what scanning gives, in time that grows with the file and no faster."""

from __future__ import annotations

import time

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from minekvm.core.c.finder import Finder, find, scan


@pytest.mark.parametrize(
    "piece",
    [
        b"/*", b"*/", b'"', b"'", b"'\\", b"(", b")", b"{", b"}", b"[", b"a(", b"a ", b"a", b"a#",
        b" #", b"#if a\n", b"#else\n", b"#endif\n", b"\\\n", b"\\\"", b"#'\\'", b"f(){", b"f(){#",
        b"{#}", b"f(x)\n{\n{\n}\n", b"int f(x)\n{\n{\n}\n", b"struct a{} b ", b"TRACE_EVENT(\n",
        b"A(a)\n", b"A\n\n", b"f(a) b;", b"f(a) b ", b"x\n#if a\n#else\n#endif\n",
        b"namespace a ", b"int f(void)\n{\n#if a\n}\n", b"#if a\nint f(void) {\n#else\n",
        b"#define f(x) {\n", b"f#", b"{\n0,\n},\n", b"\tf(a, b);\n", b"__x(a) ", b"(*f(a))(b) ",
        b"f,", b"(f) ", b"A(f) ",
    ],
)  # fmt: skip
def test_repetition_takes_time_in_proportion(piece: bytes) -> None:
    source = piece * (60_000 // len(piece)) + b"\nint f(void)\n{\n}\n"
    begin = time.process_time()
    found = tuple(f for f in scan(source) if f.name == "f")
    assert find(source, "f") == found
    assert time.process_time() - begin < 5  # what grows with the square takes minutes


FILE = b"""#ifndef FILE_H
#define FILE_H
#define twice(a) plus(a, a)
static int plus(int a, int b)
{
\treturn a + b;
}
int use(int a)
{
\tif (plus(a, 1)) {
\t\treturn twice(a);
\t}
\treturn plus(plus(1, 2), 3); /* plus() is fine */
}
EXPORT_SYMBOL(use);
SYSCALL_DEFINE1(call, int, a)
{
\treturn use(a);
}
#ifdef TWIN
int twin(void)
{
}
#else
int twin(void) { return 1; }
#endif
#endif
"""


@pytest.mark.parametrize(
    ("name", "lines"),
    [
        ("twice", [3]),
        ("plus", [4]),
        ("use", [8]),
        ("sys_call", [16]),
        ("call", []),
        ("twin", [21, 25]),
        ("a", []),
        ("nothing", []),
        ("", []),
        ("\u20ac", []),
    ],
)
def test_find_gives_what_scan_gives(name: str, lines: list[int]) -> None:
    found = find(FILE, name)
    assert [f.start_line for f in found] == lines
    assert found == tuple(f for f in scan(FILE) if f.name == name)


@pytest.mark.parametrize(
    ("source", "name"),
    [
        (b"TEST(a, b)\n{\n}\n", "TEST(a, b)"),
        (b"TRACE_EVENT(a, b);\n", "trace_a"),
        (b"UNUSED(int f(int a))\n{\n}\n", "f"),
        (b"int (f)(int a)\n{\n}\n", "f"),
        (b"void (*f(int a))(int)\n{\n}\n", "f"),
        (b"f(a)\nint a;\n{\n}\n", "f"),
        (b"enum {\nA\n} f(int a)\n{\n}\n", "f"),
        (b"int f /* f */ (int a)\n{\n}\n", "f"),
        (b"int f\n#ifdef A\n(int a)\n#else\n(void)\n#endif\n{\n}\n", "f"),
        (b"#define \\\nf(a) a\n", "f"),
        (b'extern "C" {\n  int f(int a)\n  {\n  }\n}\n', "f"),
        (b'char *a = "/*";\nint f(void)\n{\n}\n', "f"),
        (b"int g(void)\n{\n\t{\n}\nint f(void)\n{\n}\n", "f"),
        (b"MACRO( /* , */\nf)\n{\n}\n", "f"),
    ],
)
def test_find_also_finds_what_stands_unusually(source: bytes, name: str) -> None:
    found = find(source, name)
    assert [f.name for f in found] == [name]
    assert found == tuple(f for f in scan(source) if f.name == name)


def test_a_finder_shares_equal_texts_between_versions() -> None:
    finder = Finder("plus")
    (old,), (new,) = finder.definitions(FILE), finder.definitions(b"int x;\n" + FILE)
    assert new.start_line == old.start_line + 1
    assert new.text is old.text
    assert finder.definitions(FILE) == (old,)


def test_a_finder_notices_a_change_above_the_function() -> None:
    finder = Finder("f")
    for above in (
        b"",
        b"\n",
        b"#if A\n",
        b"/* ",
        b"int g(void)\n{\n}\n",
        b"int g(void)\n{\n\t{\n}\n",
    ):
        source = above + b"int f(void)\n{\n}\nint h(void)\n{\n}\n"
        assert finder.definitions(source) == tuple(f for f in scan(source) if f.name == "f")


SOUP = st.lists(
    st.sampled_from(
        [
            b"f", b"g", b"A", b"int", b"static", b"struct", b"enum", b"if", b"else", b"(", b")",
            b"{", b"}", b"\n", b"\n", b"\t", b" ", b" ", b";", b",", b"*", b"=", b":", b"/*",
            b"*/", b"//", b'"', b"'", b"\\\n", b"\\", b"#", b"\r\n", b"\0", b"\xe9", b"\n{\n",
            b"\n}\n", b"\n},\n", b"/* f(a) */", b"\n#define f(x) x\n", b"#define g(x) f(x) \\\n",
            b"\n#if A\n", b"\n#else\n", b"\n#endif\n", b"\n#ifndef C\n#define C\n", b"f(a)",
            b"f(a) {", b"\tf(a);\n", b"\nint f(void)\n{\n", b"int f(int a)\n{\n\tg(a);\n}\n",
            b"int g(void)\n{\n}\n", b"TEST(f)\n{\n}\n", b"EXPORT(f)\n", b"f(a)\nint a;\n{\n}\n",
            b'extern "C" {\n', b"enum {\n A\n} f(int a)\n{\n}\n",
            b"U(static int f(int a))\n{\n}\n", b"int (f)(int a)\n",
            b"SYSCALL_DEFINE1(f, int, a)\n{\n}\n", b"TRACE_EVENT(f,", b"__init ",
            b"__printf(1, 2) ",
        ]
    ),
    max_size=60,
).map(b"".join)  # fmt: skip


@settings(max_examples=300, deadline=None)
@given(SOUP)
@example(b"f(a) {int f(int a)\n{\n\tg(a);\n}\n\n#else\nint g(void)\n{\n}\n")
def test_definitions_lie_in_the_file_and_in_order(source: bytes) -> None:
    found = scan(source)
    assert [f.start for f in found] == sorted(f.start for f in found)
    for function in found:
        assert source[function.start : function.end] == function.text
        assert function.start_line == 1 + source.count(b"\n", 0, function.start)
        assert function.end_line == 1 + source.count(b"\n", 0, function.end)
        assert not function.text[:1].isspace()


@settings(max_examples=500, deadline=None)
@given(st.lists(SOUP, min_size=1, max_size=3))
def test_find_equals_scan_in_every_version_of_anything(versions: list[bytes]) -> None:
    for name in ("f", "g", "A", "sys_f", "trace_f", "TEST", "TEST(f, g)"):
        finder = Finder(name)
        for source in versions:
            expected = tuple(f for f in scan(source) if f.name == name)
            assert finder.definitions(source) == expected
            assert find(source, name) == expected


@settings(max_examples=200, deadline=None)
@given(st.binary(max_size=200))
def test_any_bytes_can_be_scanned(source: bytes) -> None:
    for function in scan(source):
        assert function in find(source, function.name)
