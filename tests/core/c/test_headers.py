"""Headers in rarer shapes: whose name it is, and that nothing is lost."""

from __future__ import annotations

import pytest

from minekvm.core.c.finder import find, scan


def check(source: bytes, names: list[str]) -> None:
    found = scan(source)
    assert [f.name for f in found] == names
    for name in names:
        assert find(source, name) == tuple(f for f in found if f.name == name)


@pytest.mark.parametrize(
    ("source", "names"),
    [
        (
            b"static int FNAME(walk)(struct table *t)\n{\n\tlock(t);\n\treturn 1;\n"
            b"}\n\nstatic void FNAME(drop)(struct table *t)\n{\n"
            b"\tmemset(t->shadow, 0, sizeof(t->shadow));\n\tflush(t);\n}\n",
            ["FNAME(walk)", "FNAME(drop)"],
        ),
        (
            b"int x;\nvoid glue(glue(a, b), C)(int x)\n{\n}\n",
            ["glue(glue(a, b), C)"],
        ),
        (
            b"int x;\nvoid glue(glue (a,b),C)(int x)\n{\n}\n",
            ["glue(glue(a, b), C)"],
        ),
        (
            b"static struct p *FNAME(get)(struct table *t)\n{\n}\n",
            ["FNAME(get)"],
        ),
        (
            b"static int FNAME (walk) (struct table *t)\n{\n}\n",
            ["FNAME(walk)"],
        ),
        (
            b"static int CONCAT3(a, B, _c)(struct table *t)\n{\n}\n",
            ["CONCAT3(a, B, _c)"],
        ),
        (
            b"static int SHOW_FN(x) {\n\treturn 0;\n}\n",
            ["SHOW_FN(x)"],
        ),
        (
            b"PP_wrapped(pp_push, 0, 1) {\n\treturn 0;\n}\n",
            ["PP_wrapped(pp_push, 0, 1)"],
        ),
        (
            b"TEST(a, b) {\n\treturn 0;\n}\n",
            ["TEST(a, b)"],
        ),
    ],
)
def test_a_macro_that_builds_a_name_is_part_of_it(source: bytes, names: list[str]) -> None:
    check(source, names)


@pytest.mark.parametrize(
    ("source", "names"),
    [
        (
            b"int ring_pop(struct ring *r)\n#define EMPTY -1\n{\n\treturn EMPTY;\n}\n",
            ["ring_pop"],
        ),
        (
            b"int ring_pop(struct ring *r)\n#undef EMPTY\n{\n\treturn EMPTY;\n}\n",
            ["ring_pop"],
        ),
        (
            b"int ring_pop(struct ring *r)\n#pragma x\n{\n\treturn EMPTY;\n}\n",
            ["ring_pop"],
        ),
        (
            b'int ring_pop(struct ring *r)\n#include "a.h"\n{\n\treturn EMPTY;\n}\n',
            ["ring_pop"],
        ),
        (
            b"int ring_pop(struct ring *r)\n#line 4\n{\n\treturn EMPTY;\n}\n",
            ["ring_pop"],
        ),
        (
            b'int ring_pop(struct ring *r)\n# 5 "x.c"\n{\n\treturn EMPTY;\n}\n',
            ["ring_pop"],
        ),
        (
            b"int ring_pop(struct ring *r,\n#define EMPTY -1\n\tint b)\n{\n\treturn EMPTY;\n}\n",
            ["ring_pop"],
        ),
        (
            b"int ring_pop(r,\n#define EMPTY -1\n\tb)\nint b;\n#define X\nint r;\n"
            b"{\n\treturn EMPTY;\n}\n",
            ["ring_pop"],
        ),
        (
            b"FOO(x)\n#undef FOO\n\nint f(void)\n{\n}\n",
            ["f"],
        ),
        (
            b"DEFINE_THING(x, y)\n#define A 1\nint f(void)\n{\n}\n",
            ["f"],
        ),
        (
            b"int f(void)\n#ifdef A\n#define B\n#endif\n{\n}\n",
            ["f"],
        ),
    ],
)
def test_a_directive_in_a_header_removes_no_function(source: bytes, names: list[str]) -> None:
    check(source, names)


@pytest.mark.parametrize(
    ("source", "names"),
    [
        (
            b"size_t (ring_len)(const struct ring *r) {\n}\n",
            ["ring_len"],
        ),
        (
            b"u64\n(f)(int a)\n{\n}\n",
            ["f"],
        ),
        (
            b"struct x (f)(int a)\n{\n}\n",
            ["f"],
        ),
        (
            b"struct x *(f)(int a)\n{\n}\n",
            ["f"],
        ),
        (
            b"typeof(t->c)(f(int a))\n{\n}\n",
            ["f"],
        ),
        (
            b"static inline size_t (f)(int a)\n{\n}\n",
            ["f"],
        ),
        (
            b"extern size_t (f)(int a)\n{\n}\n",
            ["f"],
        ),
        (
            b"const char *(f)(int a)\n{\n}\n",
            ["f"],
        ),
        (
            b"size_t (f(int a))\n{\n}\n",
            ["f"],
        ),
    ],
)
def test_a_name_in_parentheses_is_the_name_behind_any_type(source: bytes, names: list[str]) -> None:
    check(source, names)


@pytest.mark.parametrize(
    ("source", "names"),
    [
        (
            b"static ElfW(Word) ring_hash(const char *s) {\n}\n",
            ["ring_hash"],
        ),
        (
            b"ElfW(Word)\nring_hash(const char *s)\n{\n}\n",
            ["ring_hash"],
        ),
        (
            b"static ElfW(Word) *ring_hash(const char *s) {\n}\n",
            ["ring_hash"],
        ),
        (
            b"static const ElfW(Word) *ring_hash(const char *s) {\n}\n",
            ["ring_hash"],
        ),
        (
            b"static Vec(int) ring_hash(const char *s) {\n}\n",
            ["ring_hash"],
        ),
        (
            b"static atomic(int) ring_hash(const char *s) {\n}\n",
            ["ring_hash"],
        ),
    ],
)
def test_a_type_made_by_a_macro_is_no_name(source: bytes, names: list[str]) -> None:
    check(source, names)


@pytest.mark.parametrize(
    ("source", "names"),
    [
        (
            b"__checked __success(return >= 0) int\nring_pop(struct ring *r) {\n}\n",
            ["ring_pop"],
        ),
        (
            b"_When_(return == 0, _Post_(x)) int\nring_pop(struct ring *r) {\n}\n",
            ["ring_pop"],
        ),
        (
            b"__aligned(sizeof(long)) int f(void)\n{\n}\n",
            ["f"],
        ),
        (
            b"__attribute__((aligned(sizeof(long)))) int f(void)\n{\n}\n",
            ["f"],
        ),
        (
            b"int f(void) __attribute__((aligned(sizeof(long))))\n{\n}\n",
            ["f"],
        ),
        (
            b"static typeof(sizeof(int)) f(void)\n{\n}\n",
            ["f"],
        ),
        (
            b"_Success_(return != 0) int f(_In_ int a)\n{\n}\n",
            ["f"],
        ),
    ],
)
def test_keywords_in_annotations_harm_no_header(source: bytes, names: list[str]) -> None:
    check(source, names)


@pytest.mark.parametrize(
    ("source", "names"),
    [
        (
            b"struct class *f(void)\n{\n\treturn 0;\n}\n",
            ["f"],
        ),
        (
            b"int throw(void)\n{\n\treturn 0;\n}\n",
            ["throw"],
        ),
        (
            b"void class(int a)\n{\n\treturn 0;\n}\n",
            ["class"],
        ),
        (
            b"static int bool(int a)\n{\n\treturn 0;\n}\n",
            ["bool"],
        ),
        (
            b"int alignof(int a)\n{\n\treturn 0;\n}\n",
            ["alignof"],
        ),
        (
            b"static inline struct it {\n\tint a;\n} it_of(struct r *r)\n{\n}\n",
            ["it_of"],
        ),
        (
            b"static inline struct it {\n\tint a;\n} *it_of(struct r *r)\n{\n}\n",
            ["it_of"],
        ),
        (
            b"static inline int f(t p)\t\\\n\t{ return p.n; }\nint g(void)\n{\n}\n",
            ["f", "g"],
        ),
        (
            b"SYSCALL_DEFINE2(32_cut, int, a, int, b)\n{\n}\n",
            ["sys_32_cut"],
        ),
        (
            b"static const u8 (*f(int a))[32]\n{\n}\n",
            ["f"],
        ),
        (
            b"int f(a)\n\tint a __attribute__((unused));\n{\n}\n",
            ["f"],
        ),
        (
            b"int f(int a) [[gnu::cold]]\n{\n}\n",
            ["f"],
        ),
        (
            b"[[nodiscard]] int f(int a)\n{\n}\n",
            ["f"],
        ),
        (
            b"#ifdef W\nint wide(int c)\n{\n#else\nint slim(int c)\n{\n#endif\n"
            b"\treturn 1;\n}\nint z(void)\n{\n}\n",
            ["wide", "slim", "z"],
        ),
        (
            b"/* a */ #define m(x) x\n",
            ["m"],
        ),
        (
            b"  /* a */ /* b\n */ #define m(x) x\n",
            ["m"],
        ),
    ],
)
def test_rarer_headers(source: bytes, names: list[str]) -> None:
    check(source, names)


def test_alternatives_with_braces_of_their_own_end_together() -> None:
    source = (
        b"#ifdef W\nint wide(int c)\n{\n\tup(c);\n#elif N\nint thin(int c)\n{\n#else\n"
        b"int slim(int c)\n{\n#endif\n\treturn 1;\n}\nint z(void)\n{\n}\n"
    )
    wide, thin, slim, _ = scan(source)
    assert [f.name for f in (wide, thin, slim)] == ["wide", "thin", "slim"]
    assert [f.condition for f in (wide, thin, slim)] == [
        "defined(W)",
        "!defined(W) && N",
        "!defined(W) && !(N)",
    ]
    assert wide.end == thin.end == slim.end
    assert slim.text == b"int slim(int c)\n{\n#endif\n\treturn 1;\n}"


@pytest.mark.parametrize(
    "source",
    [
        b"struct ALIGNED(8) a {\n};\n",
        b"struct class {\n\tint a;\n};\n",
        b"class a {\n};\n",
        b"DEFINE_X(a)\n#define Y\nstruct b {\n\tint c;\n};\n",
        b'int a[] =\n#include "x.h"\n{\n1\n};\n',
        b"a /* b */ #define m(x) x\n",
        b"int a; /* b\n */ #define m(x) x\n",
    ],
)
def test_what_is_like_a_rarer_header_defines_nothing(source: bytes) -> None:
    assert scan(source) == ()


def test_a_name_behind_a_whole_type_is_no_macro() -> None:
    check(b"static void on_signal SIGNAL_ARGUMENT(number)\n{\n}\n", ["on_signal"])
    check(b"int f(a)\nint a;\n{\n}\n", ["f"])
    check(b"int FATAL(a)\nint a;\n{\n}\n", ["FATAL"])


def test_a_parameter_may_bring_its_struct() -> None:
    source = b"int f(struct {\n\tint a;\n\tint b;\n} *p)\n{\n\treturn p->a;\n}\nint g(void)\n{\n}\n"
    check(source, ["f", "g"])
    assert scan(source)[0].start == 0


def test_a_macro_that_wraps_another_function_is_given_its_type_first() -> None:
    check(b"WRAPPER (int, open_it, (const char *a, int b))\n{\n\treturn 0;\n}\n", ["open_it"])


def test_many_directives_between_a_header_and_its_brace_are_few_steps() -> None:
    source = b"int f(void)\n" + b"#define A 1\nfoo\n" * 20_000 + b"{\n}\n"
    assert [f.name for f in scan(source)] == []
    assert [f.name for f in scan(b"int f(void)\n" + b"#define A 1\n" * 20_000 + b"{\n}\n")] == ["f"]
