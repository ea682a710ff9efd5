"""What counts as a definition, read as a specification: one small source per case."""

from __future__ import annotations

import pytest

from minekvm.core.c.finder import scan
from minekvm.core.model import Function


def names(source: bytes) -> list[str]:
    return [f.name for f in scan(source)]


def only(source: bytes) -> Function:
    (function,) = scan(source)
    return function


# What a definition is made of


def test_a_function_is_its_header_and_body_with_lines_counted_from_one() -> None:
    source = (
        b"#include <x.h>\n\n/* Adds. */\nstatic int\nadd(int a,\n    int b)\n{\n\treturn a + b;\n}"
    )
    function = only(source)
    assert function.name == "add"
    assert function.kind == "function"
    assert function.text == b"static int\nadd(int a,\n    int b)\n{\n\treturn a + b;\n}"
    assert source[function.start : function.end] == function.text
    assert (function.start_line, function.end_line) == (4, 9)
    assert function.signature == "static int add(int a, int b)"
    assert function.condition == ""


def test_definitions_come_in_file_order() -> None:
    source = b"int b(void) { return 0; }\n#define a(x) x\nint c(void) {}"
    assert [(f.name, f.kind) for f in scan(source)] == [
        ("b", "function"),
        ("a", "macro"),
        ("c", "function"),
    ]


def test_a_comment_above_is_no_part_of_it_but_one_inside_is() -> None:
    source = b"/* about f */\n// more\nint f(int a /* the a */)\n/* here */ {\n}\n"
    assert only(source).text == b"int f(int a /* the a */)\n/* here */ {\n}"
    assert only(source).signature == "int f(int a )"


@pytest.mark.parametrize(
    ("header", "name"),
    [
        (b"int f(void)", "f"),
        (b"int f (void)", "f"),
        (b"f(void)", "f"),
        (b"struct a *f(struct b *b)", "f"),
        (b"struct a f(int (*callback)(int, void *))", "f"),
        (b"static const struct a *const *f(void)", "f"),
        (b"int f(int a[static 2], ...)", "f"),
        (b"void (*f(int a, void (*g)(int)))(int)", "f"),
        (b"handler_t (*f(void))(int)", "f"),
        (b"static const char *(*f(void))(int)", "f"),
        (b"int (f)(int a)", "f"),
        (b"STACK_OF(X509) *f(void)", "f"),
        (b"static INLINE(int) f(void)", "f"),
        (b"__typeof__(x) f(void)", "f"),
        (b"int FATAL(int a)", "FATAL"),
        (b"int $f(void)", "$f"),
        (b"void A::f(int a) const", "f"),
        (b"A::A(int a) : x(a), y(b)", "A"),
        (b"UNUSED(static int f(int a))", "f"),
    ],
)
def test_the_name_is_found_in_every_shape_of_header(header: bytes, name: str) -> None:
    function = only(b"int x;\n" + header + b"\n{\n\treturn g(a) + h(b);\n}\n")
    assert function.name == name
    assert function.text.startswith(header)


@pytest.mark.parametrize(
    "header",
    [
        b"int f(int a) __attribute__((format(printf, 1, 2)))",
        b"__attribute__((noreturn)) void f(void)",
        b"static void __attribute__((unused)) f(void)",
        b"static __printf(1, 2) void f(const char *format, ...)",
        b"void __printf(1, 2) f(const char *format, ...)",
        b"__printf(1, 2)\nvoid f(const char *format, ...)",
        b"static void printflike(1, 2)\nf(const char *format, ...)",
        b"ATTR_PRINTF(1, 2)\nvoid f(const char *format, ...)",
        b"TA_PRF(1, 2)\nvoid f(const char *format, ...)",
        b"NORETURN\nvoid f(void)",
        b"GIT_INLINE(int)\nf(void)",
        b'SEC("xdp")\nint f(void)',
        b"static int __init f(void)",
        b"void f(void)\n\t__acquires(lock)\n\t__releases(other)",
        b"void f(void) REQUIRES(lock)",
        b"void f(void) EXCLUDES(lock) NOINLINE",
        b"int f(struct a *a UNUSED)",
    ],
)
def test_annotations_belong_to_the_header_wherever_they_stand(header: bytes) -> None:
    function = only(b"int x;\n\n" + header + b"\n{\n}\n")
    assert function.name == "f"
    assert function.text == header + b"\n{\n}"


@pytest.mark.parametrize(
    "above",
    [
        b"EXPORT_SYMBOL(e)\n",
        b"module_init(e)\n",
        b"module_init(e)\nmodule_exit(e)\n\n",
        b'MODULE_LICENSE("GPL")\n',
        b"FEATURE_FUNCS(2)\nFEATURE_FUNCS(3)\n\n",
        b"FLAG(A, a) SETFLAG(A, a)\n__CLEARFLAG(A, a)\n\n",
        b"G_BEGIN_DECLS\n\n",
        b'static PATH_FUNC(a, "a")\n/* b */\nstatic PATH_FUNC(b, "b")\n\n',
        b"DEFINE_TYPE(A, a, g_add(a); g_add(b))\n\n",
        b"TEST(renew, p = malloc(1); p = renew(p))\n\n",
        b"MUTEXES\n#undef OP\n",
        b"DEFINE_TYPE(A, a)\n#endif\n",
        b"int e(void);\n",
        b"struct e {\n\tint a;\n};\n",
        b"int e[] = {\n1,\n};\n",
    ],
)
def test_what_stands_above_without_a_semicolon_is_no_part_of_the_header(above: bytes) -> None:
    function = only(above + b"int f(int a)\n{\n}\n")
    assert function.name == "f"
    assert function.text == b"int f(int a)\n{\n}"


def test_knr_parameters_are_declared_behind_the_header() -> None:
    source = b"int x;\nint *f(a, b, c)\nint a, *b;\nint (*c)();\n{\n\treturn b;\n}\nint g() {}\n"
    f, g = scan(source)
    assert (f.name, f.start_line, f.end_line) == ("f", 2, 7)
    assert f.signature == "int *f(a, b, c) int a, *b; int (*c)();"
    assert g.name == "g"


def test_a_return_type_may_be_defined_in_the_header() -> None:
    function = only(b"static enum {\n\tA,\n\tB\n} f(int a)\n{\n\treturn A;\n}\n")
    assert function.name == "f"
    assert function.start_line == 1
    assert function.end_line == 7


@pytest.mark.parametrize(
    "source",
    [
        b"int f(void);\n",
        b"struct a {\n\tint (*f)(int);\n};\n",
        b"struct __attribute__((packed)) a {\n};\n",
        b"struct ALIGNED(8) a {\n};\n",
        b"FLAGS(a, b)\n\nstruct a {\n};\n",
        b"enum a { A = B(1), C };\n",
        b"static struct a a = { .f = f, .g = { G(1) } };\n",
        b"static struct a a = INIT(x) {\n};\n",
        b"static int a[] = {\n{\n1\n},\nF(2)\n};\n",
        b"struct a *a = &(struct a) { .b = 1 };\n",
        b"typedef struct { int a; } a;\n",
        b'asm("f: {\\n\\t}");\n',
        b"/* int f(void) { } */\n// int g(void) { }\n",
        b'char *s = "int f(void) { }";\n',
        b"#define BODY { return f(a); }\n",
        b"",
    ],
)
def test_other_braces_and_calls_define_nothing(source: bytes) -> None:
    assert names(source) == []


def test_braces_in_literals_do_not_count() -> None:
    source = (
        b"int f(void)\n{\n\tg('{', \"{\\\"{\", '\\'', \"\\\\\"); /* { */ // {\n}\nint h(void) {}\n"
    )
    assert names(source) == ["f", "h"]


def test_a_nested_function_is_part_of_the_outer_one() -> None:
    source = b"int f(void)\n{\n\tint g(int a)\n\t{\n\t\treturn a;\n\t}\n\treturn g(1);\n}\n"
    assert names(source) == ["f"]


def test_statement_expressions_and_compound_literals_are_part_of_the_body() -> None:
    source = (
        b"int f(void)\n{\n\treturn ({ int a = g(&(struct b) { 1 }); a; });\n}\nint h(void) {}\n"
    )
    assert names(source) == ["f", "h"]


def test_linkage_blocks_and_namespaces_are_looked_into() -> None:
    source = b'extern "C" {\nint f(void) {}\n}\nnamespace a {\nint g(void) {}\n}\nint h(void) {}\n'
    assert names(source) == ["f", "g", "h"]


# Macros


def test_function_like_macros_span_their_continuation_lines() -> None:
    source = b"#define OBJECT 1\n#  define add(a, b) \\\n\t({ \\\n\t(a) + (b); })\nint x;\n"
    macro = only(source)
    assert (macro.name, macro.kind) == ("add", "macro")
    assert macro.text == b"#  define add(a, b) \\\n\t({ \\\n\t(a) + (b); })"
    assert macro.signature == "# define add(a, b)"
    assert (macro.start_line, macro.end_line) == (2, 4)


def test_a_definition_inside_a_macro_is_the_macro() -> None:
    source = b"#define MAKE(name) \\\nint name##_f(void) \\\n{ \\\n}\n\nint g(void) {}\n"
    assert names(source) == ["MAKE", "g"]


def test_unbalanced_braces_in_a_macro_harm_nobody() -> None:
    source = b"#define BEGIN(a) {\n#define END(a) }\nint f(void)\n{\n\tBEGIN(1) END(1)\n}\n"
    assert names(source) == ["BEGIN", "END", "f"]


def test_a_macro_defined_inside_a_function_is_found_too() -> None:
    source = b"int f(void)\n{\n#define g(a) a\n\treturn g(1);\n#undef g\n}\n"
    assert names(source) == ["f", "g"]


def test_crlf_lines_read_like_others() -> None:
    source = (
        b'#define m(a) \\\r\n\ta\r\nint f(void)\r\n{\r\n\tg("\\\r\n{");\r\n}\r\nint h(void) {}\r\n'
    )
    assert [(f.name, f.start_line, f.end_line) for f in scan(source)] == [
        ("m", 1, 2),
        ("f", 3, 7),
        ("h", 8, 8),
    ]
    assert scan(source)[0].text == b"#define m(a) \\\r\n\ta"


def test_a_comment_sign_in_a_directive_may_stand_in_a_string_or_prose() -> None:
    source = b"#define GLOB \"/*\"\n#error don't\n#define QUOTE '\"' /* a\n b */\nint f(void) {}\n"
    assert names(source) == ["f"]


# Macros that define what they name


@pytest.mark.parametrize(
    ("header", "name", "kind"),
    [
        (b"SYSCALL_DEFINE3(read, int, fd, char *, buf, size_t, count)", "sys_read", "syscall"),
        (b"SYSCALL_DEFINE0(fork)", "sys_fork", "syscall"),
        (b"COMPAT_SYSCALL_DEFINE1(time, int, a)", "compat_sys_time", "syscall"),
        (b"EXPORT_SYMBOL(x)\nSYSCALL_DEFINE1(close, int, fd)", "sys_close", "syscall"),
        (b"asmlinkage long sys_read(int fd)", "sys_read", "function"),
        (b"BPF_CALL_2(bpf_f, u32, a, u64, b)", "bpf_f", "function"),
        (b"int BPF_PROG(f, int a)", "f", "function"),
        (b"DEFINE_IDTENTRY(f)", "f", "function"),
        (b"static PHP_METHOD(a, b)", "PHP_METHOD(a, b)", "function"),
        (b"TEST(suite,name)", "TEST(suite, name)", "function"),
        (b'DEFUN (f, f_cmd, "show f", HELP)', "f", "function"),
        (b'TEST("quoted")', "TEST", "function"),
        (b"mq_gen(a, b)\nTEST_BEGIN(f)", "f", "function"),
    ],
)
def test_upper_case_macros_take_a_body(header: bytes, name: str, kind: str) -> None:
    function = only(header + b"\n{\n\treturn 0;\n}\n")
    assert (function.name, function.kind) == (name, kind)


def test_tracepoints_are_named_as_their_callers_name_them() -> None:
    source = b"""
TRACE_EVENT(kvm_exit,
\tTP_PROTO(int a),
\tTP_fast_assign(
\t\tif (a) { f(a); }
\t)
);
DECLARE_EVENT_CLASS(kvm_class, TP_PROTO(int a));
DEFINE_EVENT(kvm_class, kvm_one, TP_PROTO(int a));
DEFINE_EVENT_PRINT(kvm_class, kvm_two, TP_PROTO(int a), TP_printk("x"));
TRACE_EVENT_CONDITION(kvm_three, TP_PROTO(int a));
TRACE_EVENT_FN(kvm_four, TP_PROTO(int a), reg, unreg);
TRACE_EVENT_FLAGS(kvm_five, 1)
#define TRACE_EVENT(name, ...)
"""
    found = [f for f in scan(source) if f.kind == "tracepoint"]
    assert [f.name for f in found] == [
        "trace_kvm_exit",
        "event_class_kvm_class",
        "trace_kvm_one",
        "trace_kvm_two",
        "trace_kvm_three",
        "trace_kvm_four",
    ]
    assert found[0].text.endswith(b"\t)\n);")
    assert (found[0].start_line, found[0].end_line) == (2, 7)


# Conditionals


def test_twins_are_told_apart_by_their_condition() -> None:
    source = b"#ifdef A\nint f(void) { return 1; }\n#else\nint f(void) { return 2; }\n#endif\n"
    assert [(f.name, f.condition) for f in scan(source)] == [
        ("f", "defined(A)"),
        ("f", "!defined(A)"),
    ]


def test_alternative_headers_may_share_a_body() -> None:
    source = b"#ifdef A\nint f(int a)\n#else\nint f(long a)\n#endif\n{\n\treturn a;\n}\n"
    function = only(source)
    assert function.name == "f"
    assert function.text == source[len(b"#ifdef A\n") : -1]
    assert function.condition == ""


def test_of_alternative_names_the_first_counts() -> None:
    source = b"int\n#ifdef WIN\nwmain\n#else\nmain\n#endif\n(int a)\n{\n}\n"
    assert names(source) == ["wmain"]


def test_alternative_headers_may_bring_their_own_braces() -> None:
    source = b"#ifdef A\nint f(int a) {\n#else\nint f(long a) {\n#endif\n\tb;\n}\nint g(void) {}\n"
    f, g = scan(source)
    assert (f.name, f.start_line, f.end_line) == ("f", 2, 7)
    assert g.name == "g"


def test_a_branch_before_an_else_is_not_part_of_the_header_behind_it() -> None:
    source = b"#if A\nDEFINE_TYPE(a, b)\n#else\nint f(void)\n{\n}\n#endif\n"
    assert only(source).text == b"int f(void)\n{\n}"


def test_directives_may_stand_in_the_middle_of_a_header() -> None:
    source = b"static int\n#ifdef A\ninline\n#endif\nf(int a\n#ifdef B\n, int b\n#endif\n)\n{\n}\n"
    assert only(source).name == "f"
    assert only(source).start_line == 1


@pytest.mark.parametrize(
    "body",
    [
        b"#ifdef A\n\tif (a) {\n#else\n\tif (b) {\n#endif\n\t}\n}",
        b"#ifdef A\n\tif (a) {\n#endif\n\tb;\n#ifdef A\n\t}\n#endif\n}",
        b"#ifndef A\n\tb;\n#else\n\tif (a) {\n#endif\n\tc;\n#ifdef A\n\t}\n#endif\n}",
        b"#if A\n\treturn 1;\n}\n#else\n\treturn 2;\n}\n#endif",
        b"#if 0\n\t}\n#endif\n\ta;\n}",
        b"#if 0\n\tdon't { stop here\n#endif\n\ta;\n}",
        b"\tOPEN_BRACE(a)\n\t\tb;\n\t}\n\tc;\n}",
    ],
)
def test_branches_that_do_not_balance_still_end_with_the_function(body: bytes) -> None:
    source = b"int f(int a)\n{\n" + body + b"\n\nint g(void)\n{\n}\n"
    f, g = (x for x in scan(source) if x.name in "fg")
    assert f.text.startswith(b"int f(int a)\n{")
    assert f.end <= g.start
    assert g.text == b"int g(void)\n{\n}"


def test_a_lost_brace_costs_no_other_function() -> None:
    source = (
        b"int f(void)\n{\n\tif (a) {\n}\n\nint g(void)\n{\n}\n\n"
        b"int h(void)\n{\n\t}\n}\nint i(void)\n{\n}\n"
    )
    assert names(source) == ["f", "g", "h", "i"]
    assert scan(source)[0].end_line == 4


def test_blocks_in_the_first_column_do_not_end_a_balanced_function() -> None:
    source = b"int f(void)\n{\nif (a)\n{\nb();\n}\nc();\n}\nint g(void) {}\n"
    f, g = scan(source)
    assert (f.end_line, g.start_line) == (8, 9)


def test_leftovers_of_a_body_are_no_functions() -> None:
    source = b"}\n\tlist_for_each(a, b) {\n\t\tc(a);\n\t}\n\tif (d) {\n\t}\n\telse {\n\t}\n}\n"
    assert names(source) == []


# Broken input


@pytest.mark.parametrize(
    "source",
    [b"\0\1\2{\xff}", b"int f(void) {", b"int f(", b"#", b"#define", b'"', b"'", b"/*", b"{", b"}"],
)
def test_fragments_are_read_without_complaint(source: bytes) -> None:
    assert names(source) in ([], ["f"])


def test_bytes_need_no_encoding_and_a_file_no_last_newline() -> None:
    source = b'/* \xe4\xff */\nint f(void)\n{\n\tg("\xfc\0");\n}'
    function = only(source)
    assert function.text.endswith(b"}")
    assert function.end_line == 5
